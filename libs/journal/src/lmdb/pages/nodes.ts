import { number64, PAGE_HEAD_BYTES } from './page-file.js';

const NODE_HEAD_BYTES = 8;
const BIG = 0x01;
const BIG_REFERENCE_BYTES = 24;

/** A node of a leaf: a key with its value, in the page or on overflow pages of its own. */
export interface LeafNode {
  readonly key: Buffer;
  readonly value: Buffer | BigValue;
}

/** A value that has pages of its own. */
export interface BigValue {
  readonly length: number;
  readonly firstPage: number;
  readonly pages: number;
}

/** A node of a branch: the tree below has keys from this one on. */
export interface BranchNode {
  /** The first node of a page has none: it begins where the page does. */
  readonly key: Buffer;
  readonly child: number;
}

/** The nodes of a leaf page, or `undefined` when it is damaged. */
export function leafNodes(page: Buffer): LeafNode[] | undefined {
  const offsets = nodeOffsets(page);
  if (offsets === undefined) return undefined;
  const nodes: LeafNode[] = [];
  for (const at of offsets) {
    const flags = page.readUInt16LE(at + 4);
    const length = page.readUInt32LE(at);
    const keyEnd = at + NODE_HEAD_BYTES + page.readUInt16LE(at + 6);
    const end = keyEnd + (flags === BIG ? BIG_REFERENCE_BYTES : length);
    if ((flags !== 0 && flags !== BIG) || end > page.byteLength) return undefined;
    const key = page.subarray(at + NODE_HEAD_BYTES, keyEnd);
    nodes.push(
      flags === BIG
        ? {
            key,
            value: { length, firstPage: number64(page, keyEnd), pages: number64(page, keyEnd + 16) },
          }
        : { key, value: page.subarray(keyEnd, end) },
    );
  }
  return nodes;
}

/** The nodes of a branch page, or `undefined` when it is damaged. */
export function branchNodes(page: Buffer): BranchNode[] | undefined {
  const offsets = nodeOffsets(page);
  if (offsets === undefined || offsets.length === 0) return undefined;
  const nodes: BranchNode[] = [];
  for (const at of offsets) {
    const keyEnd = at + NODE_HEAD_BYTES + page.readUInt16LE(at + 6);
    if (keyEnd > page.byteLength) return undefined;
    const child = page.readUInt32LE(at) + page.readUInt16LE(at + 4) * 2 ** 32;
    nodes.push({ key: page.subarray(at + NODE_HEAD_BYTES, keyEnd), child });
  }
  return nodes;
}

/** Where the nodes of a page begin; `undefined` when one would not lie in it. */
function nodeOffsets(page: Buffer): number[] | undefined {
  const lower = page.readUInt16LE(20);
  const upper = page.readUInt16LE(22);
  const room = page.byteLength - PAGE_HEAD_BYTES;
  if (lower > upper || upper > room || lower % 2 !== 0) return undefined;
  const offsets: number[] = [];
  for (let at = PAGE_HEAD_BYTES; at < PAGE_HEAD_BYTES + lower; at += 2) {
    const offset = page.readUInt16LE(at);
    if (offset < upper || offset + NODE_HEAD_BYTES > room) return undefined;
    offsets.push(PAGE_HEAD_BYTES + offset);
  }
  return offsets;
}
