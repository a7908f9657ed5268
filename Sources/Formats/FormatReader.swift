/// A way of reading one file format.
public protocol FormatReader: Sendable {
  /// As users know it: "Ripple".
  static var name: String { get }
  /// Lower case, without the dot; the most usual first.
  static var extensions: [String] { get }

  /// What is read, in one sentence for users.
  static var summary: String { get }
  /// What a user may say about how it is read; axes, down-sampling and a cut-off of energies go with every format.
  static var options: Set<ReadingOption> { get }

  /// Whether a file is of this format, by its content alone.
  ///
  /// `firstBytes` are the first 4,096 bytes of the file, or all of a shorter one. False when the format has nothing to
  /// be known by; the extension decides then.
  static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool

  /// All maps of a file. Values are not read before they are asked for, where the format allows.
  static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap]
}
