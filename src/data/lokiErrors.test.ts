import { FilterError } from '../flow';
import { checkRange, explainError } from './lokiErrors';

describe('explaining errors', () => {
  it.each([
    [
      'max entries limit per query exceeded, limit > max_entries_limit_per_query (10000 > 5000)',
      /fewer flows/,
      /lower limit/,
    ],
    ['maximum number of series (500) reached for a single query', /more series/, /max_query_series/],
    ['the query time range exceeds the limit (query length: 800h, limit: 721h)', /longer/, /shorter time range/],
    ['the query would read too many bytes (query: 1TB, limit: 1GB)', /read more/, /namespace/],
    ['too many outstanding requests', /too much to do/, /refresh less often/],
    ['context deadline exceeded', /in time/, /shorter time range/],
    ['rpc error: code = ResourceExhausted desc = grpc: received message larger than max', /larger/, /lower limit/],
    ['parse error : input size too long (150000 > 131072)', /too long/, /Remove some filters/],
    ['<html>\r\n<head><title>414 Request-URI Too Large</title></head>', /proxy/, /large_client_header_buffers/],
    ['parse error at line 1, col 2: syntax error: unexpected $end', /understand/, /filter added last/],
    ['end timestamp must not be before or equal to start time', /runs backwards/, /ends later/],
    ['no org id', /refused access/, /tenant/],
    ['dial tcp 127.0.0.1:3100: connect: connection refused', /cannot be reached/, /Loki runs/],
    ['Datasource nope was not found', /no such/, /another data source/],
  ])('knows what to do about “%s”', (message, title, remedy) => {
    const explained = explainError({ message, refId: 'flows' });
    expect(explained.title).toMatch(title);
    expect(explained.remedy).toMatch(remedy);
    expect(explained.said).toBe(message);
  });

  it('goes by the status where nothing is said', () => {
    expect(explainError({ status: 404, data: {} }).title).toMatch(/no such/i);
    expect(explainError({ status: 414, data: {} }).title).toMatch(/too long/);
    expect(explainError({ status: 502, statusText: 'Bad Gateway', data: {} }).title).toMatch(/cannot be reached/);
  });

  it('prefers what Loki said to Grafana’s wrapping', () => {
    expect(explainError({ status: 400, message: 'Bad Request', data: { message: 'parse error at line 1' } }).said).toBe(
      'parse error at line 1'
    );
  });

  it('names the filter that cannot be applied', () => {
    const explained = explainError(new FilterError('Port: 70000 is past 65535'));
    expect(explained).toMatchObject({ title: 'A filter cannot be applied', said: 'Port: 70000 is past 65535' });
  });

  it.each([
    ['empty', 1000],
    ['backwards', 500],
  ])('knows a time range that is %s before Loki is asked', (_, toMs) => {
    const check = () => checkRange({ fromMs: 1000, toMs });
    expect(check).toThrow(/empty or runs backwards/);
    try {
      check();
    } catch (error) {
      expect(explainError(error)).toEqual({
        title: 'The time range is empty or runs backwards',
        remedy: 'Choose one that ends later than it begins.',
      });
    }
    expect(() => checkRange({ fromMs: 1000, toMs: 1001 })).not.toThrow();
  });

  it.each([undefined, null, 'odd', 42, {}])('has words even for %p', (error) => {
    const { title, remedy } = explainError(error);
    expect(title).not.toBe('');
    expect(remedy).not.toBe('');
  });
});
