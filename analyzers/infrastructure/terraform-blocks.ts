/** §4.1 Blocks of Terraform as the reader of HCL gives them: plain values of any form. */

export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)).get(key) : undefined;
}

export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

export function sizeOf(value: unknown): number {
  return JSON.stringify(value ?? '').length;
}
