public import Foundation

/// What made an object: the operation with all its parameters, what it read, which program ran it, when and where.
public struct Provenance: Codable, Hashable, Sendable {
  /// Something the operation read.
  public struct Input: Codable, Hashable, Sendable {
    /// The path within its file; the whole file when "/".
    public var path: String
    /// The file, when it is another one than the result's.
    public var file: String?
    /// SHA-256 of the values read (of the bytes, for a whole file), 64 hexadecimal digits.
    public var sha256: String?
    /// Bytes of a whole file.
    public var size: Int?

    public init(path: String, file: String? = nil, sha256: String? = nil, size: Int? = nil) {
      self.path = path
      self.file = file
      self.sha256 = sha256
      self.size = size
    }
  }

  /// The machine that ran an operation.
  public struct Machine: Codable, Hashable, Sendable {
    public var processor: String
    public var cores: Int
    public var host: String
    public var system: String

    public init(processor: String, cores: Int, host: String, system: String) {
      self.processor = processor
      self.cores = cores
      self.host = host
      self.system = system
    }
  }

  /// One word: "import", "nmf", "pca", "simulate" …
  public var operation: String
  /// The options value that ran, as JSON with sorted keys.
  public var parameters: String
  public var inputs: [Input]
  public var program: String
  public var version: String
  /// The program's commit; empty when it was built outside version control.
  public var commit: String
  /// ISO 8601, UTC.
  public var started: String
  /// Seconds.
  public var duration: Double
  public var machine: Machine
  public var note: String

  /// What a file says.
  init(
    operation: String, parameters: String, inputs: [Input], program: String, version: String, commit: String,
    started: String, duration: Double, machine: Machine, note: String
  ) {
    self.operation = operation
    self.parameters = parameters
    self.inputs = inputs
    self.program = program
    self.version = version
    self.commit = commit
    self.started = started
    self.duration = duration
    self.machine = machine
    self.note = note
  }

  /// What is known when an operation starts; its duration is set by `finish()`.
  ///
  /// - Throws: `EncodingError` when the parameters hold a number that JSON cannot.
  public init(
    operation: String, parameters: some Encodable, inputs: [Input] = [], program: Program = .current,
    started: Date = Date(), note: String = ""
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.operation = operation
    self.parameters = String(decoding: try encoder.encode(parameters), as: UTF8.self)
    self.inputs = inputs
    self.program = program.name
    version = program.version
    commit = program.commit
    self.started = started.formatted(Self.dateStyle)
    duration = 0
    machine = .current
    self.note = note
  }

  /// "2026-03-01T12:30:05.123Z"
  private static let dateStyle = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// When the operation began; nil for what is no date.
  var startDate: Date? {
    do {
      return try Date(started, strategy: Self.dateStyle)
    } catch {
      return nil
    }
  }

  /// Sets the duration to the time since the start.
  public mutating func finish(at end: Date = Date()) {
    // A start that is no date was put there by hand: there is no duration to tell.
    duration = startDate.map { max(0, end.timeIntervalSince($0)) } ?? 0
  }

  /// The parameters as the value that ran.
  public func parameters<Value: Decodable>(as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(parameters.utf8))
  }
}

extension Provenance.Machine {
  /// The machine we run on.
  public static let current = Provenance.Machine(
    processor: processorName, cores: ProcessInfo.processInfo.activeProcessorCount,
    host: ProcessInfo.processInfo.hostName, system: ProcessInfo.processInfo.operatingSystemVersionString)

  /// The kernel's word for the processor, or "unknown".
  private static var processorName: String {
    do {
      let table = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let line = table.split(separator: "\n").first { $0.hasPrefix("model name") || $0.hasPrefix("Model") }
      return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
    } catch {
      return "unknown"
    }
  }
}
