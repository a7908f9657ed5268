/// Reverses the bytes of every number of `width` bytes in place.
func swapBytes(_ buffer: UnsafeMutableRawBufferPointer, width: Int) {
  switch width {
  case 2: unsafe swapAll(buffer, UInt16.self)
  case 4: unsafe swapAll(buffer, UInt32.self)
  case 8: unsafe swapAll(buffer, UInt64.self)
  default: break
  }
}

/// Reverses the bytes of every number of `width` bytes.
public func swapBytes(_ bytes: inout [UInt8], width: Int) {
  unsafe bytes.withUnsafeMutableBytes { unsafe swapBytes($0, width: width) }
}

private func swapAll<Number: FixedWidthInteger & BitwiseCopyable>(
  _ buffer: UnsafeMutableRawBufferPointer, _ type: Number.Type
) {
  let size = MemoryLayout<Number>.size
  guard let start = buffer.baseAddress else { return }
  for index in 0..<buffer.count / size {
    let place = unsafe start + index * size
    unsafe place.storeBytes(of: place.loadUnaligned(as: Number.self).byteSwapped, as: Number.self)
  }
}
