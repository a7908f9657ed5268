/// The order of the bytes of a number in a file.
public enum ByteOrder: String, Codable, Hashable, Sendable, CaseIterable {
  case little, big

  #if _endian(little)
    public static let native = ByteOrder.little
  #else
    public static let native = ByteOrder.big
  #endif
}
