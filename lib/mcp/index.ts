/** The note actions as tools of the Model Context Protocol. */

export { answerMcp } from './answer';
