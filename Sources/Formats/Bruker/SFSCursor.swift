internal import CDeflate

/// Reads the content of a member in order, from any place on, with a window of it in memory.
///
/// The window is as large as the longest run asked for, and a block or 256 KiB more. Not for several threads at once; each
/// takes a cursor of its own.
@safe final class SFSCursor {
  let member: SFSMember
  private var window: UnsafeMutableRawBufferPointer
  /// The next byte within the window.
  private var start = 0
  /// The end of what the window holds.
  private var end = 0
  /// The place in the content of `end`.
  private var filled: Int
  private var packed: [UInt8] = []
  private var decompressor: OpaquePointer?

  private static let step = 1 << 18

  /// - Precondition: the place lies within the content.
  init(_ member: SFSMember, at place: Int = 0) {
    precondition((0...member.size).contains(place))
    self.member = member
    unsafe window = .allocate(byteCount: Self.step, alignment: 16)
    filled = place
  }

  deinit {
    unsafe window.deallocate()
    unsafe libdeflate_free_decompressor(decompressor)
  }

  /// The place in the content of the next byte.
  var position: Int { filled - (end - start) }

  /// The next bytes, all of them in one piece; they stay as long as no more are asked for.
  @inline(__always)
  func require(_ count: Int) throws(FormatError) -> UnsafeRawPointer {
    if count > end - start { try fill(count) }
    return unsafe UnsafeRawPointer(window.baseAddress.unsafelyUnwrapped + start)
  }

  /// Goes over bytes that were required.
  @inline(__always)
  func advance(_ count: Int) { start += count }

  func error(_ problem: String, field: String? = nil) -> FormatError {
    var error = member.error(problem, at: position)
    if let field { error.field = "\(member.path), \(field)" }
    return error
  }

  private func fill(_ count: Int) throws(FormatError) {
    guard count <= member.size - position else {
      throw error("\(count) bytes are needed and \(member.size - position) are left")
    }
    unsafe window.baseAddress.unsafelyUnwrapped.copyMemory(
      from: window.baseAddress.unsafelyUnwrapped + start, byteCount: end - start)
    end -= start
    start = 0
    while end - start < count {
      if let blocks = member.blocks { try inflate(blocks) } else { try read(atLeast: count - end) }
    }
  }

  private func read(atLeast count: Int) throws(FormatError) {
    let count = min(max(count, Self.step), member.size - filled)
    reserve(count)
    unsafe try member.readStored(filled, into: UnsafeMutableRawBufferPointer(rebasing: window[end..<end + count]))
    end += count
    filled += count
  }

  /// Unpacks the block in which the content goes on.
  private func inflate(_ blocks: SFSMember.SFSBlocks) throws(FormatError) {
    let index = blocks.block(at: filled)
    let (first, size) = (blocks.starts[index], blocks.starts[index + 1] - blocks.starts[index])
    let skipped = filled - first
    // The window is empty when the first block is entered in its midst.
    reserve(size)
    if packed.count < blocks.packedSizes[index] { packed = [UInt8](repeating: 0, count: blocks.packedSizes[index]) }
    if unsafe decompressor == nil { unsafe decompressor = libdeflate_alloc_decompressor() }
    guard let decompressor = unsafe decompressor else { throw error("cannot be unpacked: there is not enough memory") }
    var failure: FormatError?
    var result = LIBDEFLATE_BAD_DATA
    var produced = 0
    let target = unsafe window.baseAddress.unsafelyUnwrapped + end
    let packedSize = blocks.packedSizes[index]
    unsafe packed.withUnsafeMutableBytes { buffer in
      do throws(FormatError) {
        let source = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<packedSize])
        try unsafe member.readStored(blocks.places[index], into: source)
        result = unsafe libdeflate_zlib_decompress(
          decompressor, source.baseAddress, packedSize, target, size, &produced)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard result == LIBDEFLATE_SUCCESS, produced == size else {
      throw member.error("block \(index) cannot be unpacked to \(size) bytes", at: first)
    }
    start += skipped
    end += size
    filled = first + size
  }

  /// Makes room behind what the window holds.
  private func reserve(_ count: Int) {
    guard unsafe window.count - end < count else { return }
    let size = unsafe max(end + count, window.count * 2)
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    unsafe larger.baseAddress.unsafelyUnwrapped.copyMemory(from: window.baseAddress.unsafelyUnwrapped, byteCount: end)
    unsafe window.deallocate()
    unsafe window = larger
  }
}
