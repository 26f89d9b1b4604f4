import { openFile } from './fileTarget';

const KIND = { fileName: 'flows.csv', mime: 'text/csv', kind: 'Comma-separated values' };

function chromium({ size = 0 } = {}) {
  const stream = {
    write: jest.fn(() => Promise.resolve()),
    close: jest.fn(() => Promise.resolve()),
    abort: jest.fn(() => Promise.resolve()),
  };
  const handle = {
    createWritable: jest.fn(() => Promise.resolve(stream)),
    getFile: () => Promise.resolve({ size }),
    remove: jest.fn(() => Promise.resolve()),
  };
  return { host: { showSaveFilePicker: jest.fn(() => Promise.resolve(handle)) }, handle, stream };
}

const named = (name: string) => Object.assign(new Error('no'), { name });

describe('a file to export to', () => {
  beforeEach(() => {
    URL.createObjectURL = jest.fn(() => 'blob:flows');
    URL.revokeObjectURL = jest.fn();
  });
  afterEach(() => jest.restoreAllMocks());

  it('is the one that the person picks, written as parts come', async () => {
    const { host, stream } = chromium();
    const target = await openFile(KIND, host);
    await target?.write('a');
    await target?.close();
    expect(host.showSaveFilePicker).toHaveBeenCalledWith({
      suggestedName: 'flows.csv',
      types: [{ description: 'Comma-separated values', accept: { 'text/csv': ['.csv'] } }],
    });
    expect(stream.write).toHaveBeenCalledWith('a');
    expect(stream.close).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['removes the empty file that picking made', 0, 1],
    ['keeps a file that was there before', 10, 0],
  ])('when given up %s', async (_, size, removed) => {
    const { host, stream, handle } = chromium({ size });
    await (await openFile(KIND, host))?.abort();
    expect(stream.abort).toHaveBeenCalledTimes(1);
    expect(handle.remove).toHaveBeenCalledTimes(removed);
  });

  it('tells that the disk is full', async () => {
    const { host, stream } = chromium();
    stream.write.mockRejectedValue(named('QuotaExceededError'));
    await expect((await openFile(KIND, host))?.write('a')).rejects.toMatchObject({ name: 'FileError' });
  });

  it('is none where the person dismisses the dialog', async () => {
    const host = { showSaveFilePicker: () => Promise.reject(named('AbortError')) };
    expect(await openFile(KIND, host)).toBeUndefined();
  });

  it.each([
    ['the browser has no such dialog', {}],
    ['the dialog is not allowed', { showSaveFilePicker: () => Promise.reject(named('SecurityError')) }],
  ])('is a download where %s', async (_, host) => {
    const click = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    const target = await openFile(KIND, host);
    await target?.write('a,b\r\n');
    await target?.write('1,2\r\n');
    expect(click).not.toHaveBeenCalled();
    await target?.close();
    expect(click).toHaveBeenCalledTimes(1);
    const [[blob]] = jest.mocked(URL.createObjectURL).mock.calls as [[Blob]];
    expect(blob).toMatchObject({ size: 10, type: 'text/csv;charset=utf-8' });
  });
});
