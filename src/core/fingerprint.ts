/** §5.2 S3 schema fingerprints: SHA-256 over the RFC 8785 form of a small document. Names and logical types are the identity, nothing else. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type CanonicalType, parseCanonical, sortedFields } from './canonical-types.js';
import type { ColumnSchema } from './measurements.js';

export type FingerprintColumn = Pick<ColumnSchema, 'name' | 'canonicalType'>;

/**
 * Partition columns enter by name only, in storage order: their types come from a path, and every engine infers its own.
 * A partition column that is stored in the files as well counts once, as a partition column.
 */
export function canonicalFingerprint(columns: readonly FingerprintColumn[], partitionBy: readonly string[]): string {
  return digest(fingerprintDocument(columns, partitionBy));
}

/** The hashed document, version 1. Exported for the twin in another language and for people who ask why a hash moved. */
export function fingerprintDocument(columns: readonly FingerprintColumn[], partitionBy: readonly string[]): Record<string, unknown> {
  const partitions = partitionBy.map((name) => name.normalize('NFC'));
  const fields = columns
    .map(({ name, canonicalType }) => ({ name: name.normalize('NFC'), type: parseCanonical(canonicalType) ?? canonicalType }))
    .filter(({ name }) => !partitions.includes(name));
  return {
    v: 1,
    columns: sortedFields(fields).map(({ name, type }) => ({ name, type: typeDocument(type) })),
    ...(partitions.length === 0 ? {} : { partition_by: partitions }),
  };
}

/** Informational: order, nullability and the storage type (unit, time zone) count as well. */
export function strictFingerprint(columns: readonly ColumnSchema[], partitionBy: readonly string[]): string {
  const listed = columns.map(({ name, canonicalType, nullable, storageType }) => [name, canonicalType, nullable, storageType ?? '']);
  return digest({ v: 1, strict: true, columns: listed, partition_by: partitionBy });
}

/** The specification prints upper-case hex, we write lower case: the case is no difference. */
export function sameFingerprint(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function typeDocument(type: CanonicalType): unknown {
  if (typeof type === 'string') return type;
  if ('list' in type) return { list: typeDocument(type.list) };
  if ('map' in type) return { map: type.map.map(typeDocument) };
  return { struct: sortedFields(type.struct).map((field) => ({ name: field.name, type: typeDocument(field.type) })) };
}

function digest(document: unknown): string {
  const text = canonicalize(document);
  if (text === undefined) throw new Error('a fingerprint document is always JSON');
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}
