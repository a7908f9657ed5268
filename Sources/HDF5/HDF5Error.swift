/// What went wrong in the HDF5 layer: the kind, the call, the object, and the library's own account.
///
/// The description's first line says what and where, the second what to do.
public struct HDF5Error: Error, Hashable, Sendable, CustomStringConvertible {
  /// The class of a failure, for callers that act on it.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case notFound, alreadyExists, wrongKind, closed
    case notHDF5, damaged, tooNew, locked, unrecovered, cannotOpen, cannotCreate
    case cannotRead, cannotWrite, diskFull
    case missingFilter, filterFailed
    case typeMismatch, wouldLoseValues, invalidArgument, outOfBounds, tooLarge
    case outsideFolder, tooManyLinks
    case unsupported, other
  }

  /// One level of the HDF5 error stack, innermost last.
  public struct Frame: Hashable, Sendable, CustomStringConvertible {
    public var function: String
    public var major: String
    public var minor: String
    public var note: String

    public var description: String { "\(function): \(note) (\(major): \(minor))" }
  }

  public var kind: Kind
  /// The C function or the operation that failed.
  public var call: String
  /// The file, or the path in it, that the operation was about.
  public var object: String
  /// What is wrong, as a clause without a full stop.
  public var problem: String
  /// What the reader can do about it.
  public var advice: String
  /// The library's error stack, outermost call first; empty where this layer refused before calling.
  public var frames: [Frame]

  public init(
    _ kind: Kind, call: String, on object: String, _ problem: String, advice: String? = nil,
    frames: [Frame] = []
  ) {
    self.kind = kind
    self.call = call
    self.object = object
    self.problem = problem
    self.advice = advice ?? kind.usualAdvice
    self.frames = frames
  }

  public var description: String { "\(object): \(problem) (\(call))\n\(advice)" }

  /// The description followed by the library's frames, one a line.
  public var detailedDescription: String {
    ([description] + frames.map { "  \($0)" }).joined(separator: "\n")
  }
}

extension HDF5Error.Kind {
  var usualAdvice: String {
    switch self {
    case .notFound: "Check the spelling of the path, or list the group that should hold it."
    case .alreadyExists: "Choose another name, or remove the old object first."
    case .wrongKind: "Open it as what it is: a group, a dataset or a named datatype."
    case .closed: "Open the file again."
    case .notHDF5: "Check that this is the right file."
    case .damaged:
      "The file is damaged or cut short: take it from a backup, or try h5dump to see what is left."
    case .tooNew: "Rewrite the file with h5repack --high=2, or with libver=('earliest', 'v110') in h5py."
    case .locked: "Close the other program that has the file open, then try again."
    case .unrecovered: "Have it rolled back where it can be written: lamella recover FILE."
    case .cannotOpen: "Check the path and the permissions."
    case .cannotCreate: "Check that the folder exists and can be written."
    case .cannotRead: "The file may be damaged or cut short; compare it with a backup."
    case .cannotWrite: "Check that the file was opened for writing and that the disk has room."
    case .diskFull: "Free some space and repeat."
    case .missingFilter: "Install the filter's plugin and point HDF5_PLUGIN_PATH at it."
    case .filterFailed: "The stored data may be damaged; compare the file with a backup."
    case .typeMismatch: "Read it as the type it has."
    case .wouldLoseValues: "Read it as a wider type."
    case .invalidArgument: "Correct the argument."
    case .outOfBounds: "Keep the selection inside the shape."
    case .tooLarge: "Read it in parts."
    case .outsideFolder: "Allow files outside the folder only if you trust this file."
    case .tooManyLinks: "The links may form a loop."
    case .unsupported: "Use another layout or type, or a newer libhdf5."
    case .other: "The library's own account has the details."
    }
  }
}
