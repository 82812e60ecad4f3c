/** §10.1 ends the bootstrap of a dataset that is gone, and closes its pull request with the reason. */
import type { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import type { ForgePorts } from '../../ports.js';
import { repositoryKey } from '../bootstrap.js';
import { cancel } from '../decide-by-hand.js';

/** The pull request first: killed in between, the next scan finds the record as it was and comes here again. */
export async function retire(record: BootstrapRecord, because: string, ports: ForgePorts): Promise<void> {
  const request = record.pull_request;
  if (request?.number !== undefined) await ports.pullRequests(repositoryKey(record)).close(request.branch, request.number, because);
  await cancel(record.dataset_urn, because, ports);
}
