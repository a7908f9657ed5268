/// Memory that threads write to, each to a part of its own.
@safe struct SharedBuffer: @unchecked Sendable {
  let buffer: UnsafeMutableRawBufferPointer

  init(_ buffer: UnsafeMutableRawBufferPointer) { unsafe self.buffer = buffer }
}
