internal import CDeflate
internal import CKernels

/// HDF5's standard filters applied outside the library: byte shuffle, then deflate in zlib's framing.
struct ChunkCodec: Hashable, Sendable {
  var elementSize: Int
  var shuffles: Bool
  var deflates: Bool
  /// 1 fastest … 12 smallest; up to 5 sparse counts go through a compressor of their own.
  var level: Int = 4
}

/// The buffers and the compressor that a thread needs to encode chunks, one after another.
@safe final class ChunkEncoder {
  private let codec: ChunkCodec
  private let compressor: OpaquePointer?
  private var planes: [UInt8] = []
  /// The elements of the chunk to encode.
  var chunk: [UInt8] = []

  init(_ codec: ChunkCodec) {
    self.codec = codec
    unsafe compressor = codec.deflates ? libdeflate_alloc_compressor(CInt(codec.level)) : nil
  }

  deinit { unsafe libdeflate_free_compressor(compressor) }

  /// The stored form of `chunk`; nil when memory ran out.
  func encode() -> [UInt8]? {
    if codec.shuffles, codec.elementSize > 1 {
      if planes.count != chunk.count { planes = [UInt8](repeating: 0, count: chunk.count) }
      unsafe lamella_shuffle(&planes, chunk, chunk.count / codec.elementSize, codec.elementSize)
      return deflate(planes)
    }
    return deflate(chunk)
  }

  private func deflate(_ bytes: [UInt8]) -> [UInt8]? {
    guard codec.deflates else { return bytes }
    guard unsafe compressor != nil else { return nil }
    let bound = unsafe libdeflate_zlib_compress_bound(compressor, bytes.count)
    let result = unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      if codec.level <= 5 {
        let checksum = unsafe libdeflate_adler32(1, bytes, bytes.count)
        unsafe count = lamella_deflate_sparse(bytes, bytes.count, checksum, buffer.baseAddress, bound)
      }
      if count == 0 {
        unsafe count = libdeflate_zlib_compress(compressor, bytes, bytes.count, buffer.baseAddress, bound)
      }
    }
    return result.isEmpty ? nil : result
  }
}

/// The decompressor that a thread needs to decode chunks, one after another.
@safe final class ChunkDecoder {
  private let decompressor: OpaquePointer?

  init() { unsafe decompressor = libdeflate_alloc_decompressor() }
  deinit { unsafe libdeflate_free_decompressor(decompressor) }

  /// Inflates a zlib stream that must fill `target` exactly; false when it does not.
  func inflate(_ bytes: [UInt8], into target: UnsafeMutableRawBufferPointer) -> Bool {
    var written = 0
    let result = unsafe libdeflate_zlib_decompress(
      decompressor, bytes, bytes.count, target.baseAddress, target.count, &written)
    return result == LIBDEFLATE_SUCCESS && written == target.count
  }
}
