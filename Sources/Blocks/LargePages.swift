internal import Glibc

extension UnsafeMutableBufferPointer<UInt8> {
  /// Tells the kernel that all of this memory is about to be written, so that it may come in large pages.
  ///
  /// New memory comes in pages of 4 KiB as a rule, each with a fault of its own, which costs a decoder more than its decoding.
  /// Small buffers are left as they are, and so is everything where the kernel has no large pages.
  public func preferLargePages() {
    let large = 2 << 20
    guard count >= 2 * large, let base = baseAddress else { return }
    let address = UInt(bitPattern: base)
    let start = (address + UInt(large) - 1) & ~UInt(large - 1)
    let end = (address + UInt(count)) & ~UInt(large - 1)
    guard start < end else { return }
    // Advice: that it was not taken changes nothing.
    _ = unsafe madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
  }
}
