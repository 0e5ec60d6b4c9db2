import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { HouseError } from '../../../core/kit/errors.ts'
import { ColumnReader, ColumnWriter } from './column-codec.ts'

const MOST_BYTES = 1 << 24
/** Nearly all blocks fit into this many bytes; zlib's own first guess is 16 kB, which takes longer to get than to fill. */
const USUAL_BYTES = 2_048

/** First bytes of what zstd makes, as it stands on the disk. No column begins with it: they begin with a small number. (RFC 8878 §3.1.1) */
const ZSTD_MAGIC = 0x28b52ffd

/** What `write` writes, compressed where it is longer than `leastBytes`: to begin with zstd takes longer than a short block is worth. */
export function packed(leastBytes: number, write: (writer: ColumnWriter) => void): Uint8Array {
  const writer = new ColumnWriter()
  write(writer)
  const plain = writer.bytes()
  if (plain.length < leastBytes) return plain
  return zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
}

/** The inverse of `packed`. Throws `store/failed`, naming `what` is damaged. */
export function unpacked<T>(data: Uint8Array, what: string, read: (reader: ColumnReader) => T): T {
  try {
    const reader = new ColumnReader(isZstd(data) ? decompressed(data) : data)
    const result = read(reader)
    reader.end()
    return result
  } catch (error) {
    throw new HouseError('store/failed', `${what} is damaged`, { bytes: data.length }, error)
  }
}

function isZstd(data: Uint8Array): boolean {
  return data.length > 4 && new DataView(data.buffer, data.byteOffset).getUint32(0) === ZSTD_MAGIC
}

function decompressed(data: Uint8Array): Uint8Array {
  return zstdDecompressSync(data, { maxOutputLength: MOST_BYTES, chunkSize: USUAL_BYTES })
}
