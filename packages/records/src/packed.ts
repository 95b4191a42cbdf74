import { constants, zstdCompressSync } from 'node:zlib';

/** How every Parquet file of ours is packed: Zstandard, by Node.js itself. */
export const packed = {
  codec: 'ZSTD',
  compressors: {
    ZSTD: (bytes: Uint8Array): Uint8Array =>
      zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
  },
} as const;
