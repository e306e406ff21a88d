import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let otherTab: BroadcastChannel;
beforeEach(() => {
  vi.resetModules();
  otherTab = new BroadcastChannel('claimcheck');
});
afterEach(() => {
  otherTab.close();
  vi.unstubAllGlobals();
});

describe('tabs of one browser', () => {
  it('hear of each other until they stop listening', async () => {
    const { listenToOtherTabs } = await import('./messages');
    const heard = vi.fn();
    const stop = listenToOtherTabs(heard);
    otherTab.postMessage('signed-in');
    await vi.waitFor(() => expect(heard.mock.calls).toEqual([['signed-in']]));
    stop();
    const second = vi.fn();
    listenToOtherTabs(second);
    otherTab.postMessage('ended');
    await vi.waitFor(() => expect(second.mock.calls).toEqual([['ended']]));
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('are told, and do not hear themselves', async () => {
    const { listenToOtherTabs, tellOtherTabs } = await import('./messages');
    const [heard, heardThere] = [vi.fn(), vi.fn()];
    listenToOtherTabs(heard);
    otherTab.addEventListener('message', ({ data }) => heardThere(data));
    tellOtherTabs('signed-out');
    await vi.waitFor(() => expect(heardThere.mock.calls).toEqual([['signed-out']]));
    expect(heard).not.toHaveBeenCalled();
  });

  it('ignore what is none of our messages', async () => {
    const { listenToOtherTabs } = await import('./messages');
    const heard = vi.fn();
    listenToOtherTabs(heard);
    for (const odd of ['', 'signed-in ', { kind: 'signed-in' }, null, 7, ['ended']])
      otherTab.postMessage(odd);
    otherTab.postMessage('ended');
    await vi.waitFor(() => expect(heard.mock.calls).toEqual([['ended']]));
  });

  it('do without where a browser has no channels, or forbids them', async () => {
    const { listenToOtherTabs, tellOtherTabs } = await import('./messages');
    vi.stubGlobal('BroadcastChannel', undefined);
    expect(() => tellOtherTabs('ended')).not.toThrow();
    expect(() => listenToOtherTabs(vi.fn())()).not.toThrow();
  });
});
