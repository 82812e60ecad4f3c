/** Reads what a form sent as one of the acts a person may do. */
import type { Act } from './view.js';

export type Fields = Readonly<Record<string, string | undefined>>;

const METHODS = ['merge', 'squash', 'rebase'] as const;

/** Undefined when the form makes no sense; nobody gets there by clicking. */
export function actOf(fields: Fields): Act | undefined {
  // Browsers send line ends as CR LF, whatever the file had.
  const body = (fields.body ?? '').replaceAll('\r\n', '\n');
  const { kind, name, path, thread } = fields;
  const line = /^\d{1,7}$/.test(fields.line ?? '') ? Number(fields.line) : undefined;
  if (kind === 'comment') return { kind, body };
  if (kind === 'approve') return { kind: 'review', event: 'APPROVE', body };
  if (kind === 'request-changes') return { kind: 'review', event: 'REQUEST_CHANGES', body };
  if (kind === 'review') return { kind, event: 'COMMENT', body };
  if (kind === 'close' || kind === 'reopen' || kind === 'ready') return { kind };
  if (kind === 'merge') {
    const method = METHODS.find((one) => one === fields.method);
    return method && { kind, method };
  }
  if (kind === 'tick') return line === undefined ? undefined : { kind, line };
  if (kind === 'label' || kind === 'unlabel') return name === undefined ? undefined : { kind: 'label', name, isOn: kind === 'label' };
  if (kind === 'reply') return thread === undefined ? undefined : { kind, thread, body };
  if (kind === 'resolve' || kind === 'unresolve')
    return thread === undefined ? undefined : { kind: 'resolve', thread, isResolved: kind === 'resolve' };
  if (path === undefined) return undefined;
  if (kind === 'line-comment') return line === undefined ? undefined : { kind, path, line, body };
  if (kind !== 'edit' || fields.content === undefined || fields.onto === undefined) return undefined;
  return {
    kind,
    path,
    content: fields.content.replaceAll('\r\n', '\n'),
    message: fields.message?.trim() || `Update ${path}`,
    onto: fields.onto,
  };
}

/** Where to go after a form: a page of ours, never somewhere else. */
export function backTo(path: string | undefined): string {
  return path !== undefined && /^\/ui\/[A-Za-z0-9._~%/-]*$/.test(path) && !path.includes('//') ? path : '/ui/';
}
