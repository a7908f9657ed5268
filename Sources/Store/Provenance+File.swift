internal import HDF5

/// Provenance as the fields of an NXprocess.
extension Group {
  /// What a result holds beside what it found.
  static let provenanceFields: Set = [
    "operation", "parameters", "program", "version", "commit", "date", "duration", "processor", "cores", "host", "system",
    "note", "inputs", "sequence_index",
  ]

  func put(_ provenance: Provenance) throws {
    try putText("operation", provenance.operation)
    try putText("parameters", provenance.parameters)
    try putText("program", provenance.program)
    try putText("version", provenance.version)
    try putText("commit", provenance.commit)
    try putText("date", provenance.started)
    try putNumber("duration", provenance.duration, units: "s")
    try putText("processor", provenance.machine.processor)
    try putInteger("cores", provenance.machine.cores)
    try putText("host", provenance.machine.host)
    try putText("system", provenance.machine.system)
    try putText("note", provenance.note)
    let inputs = try requireGroup("inputs", nexusClass: "NXcollection")
    try inputs.putTexts("path", provenance.inputs.map(\.path))
    try inputs.putTexts("file", provenance.inputs.map { $0.file ?? "" })
    try inputs.putTexts("sha256", provenance.inputs.map { $0.sha256 ?? "" })
    try inputs.putArray("size", StoredArray(provenance.inputs.map { Int64($0.size ?? -1) }))
  }

  func provenance() throws -> Provenance {
    func text(_ name: String) throws -> String { try textIfPresent(name) ?? "" }
    let paths = try textsIfPresent("inputs/path") ?? []
    let files = try textsIfPresent("inputs/file") ?? []
    let digests = try textsIfPresent("inputs/sha256") ?? []
    let sizes: [Int64] = try exists("inputs/size") ? try dataset("inputs/size").read() : []
    let inputs = paths.indices.map { index in
      Provenance.Input(
        path: paths[index], file: files.element(index).flatMap { $0.isEmpty ? nil : $0 },
        sha256: digests.element(index).flatMap { $0.isEmpty ? nil : $0 },
        size: sizes.element(index).flatMap { $0 < 0 ? nil : Int($0) })
    }
    return Provenance(
      operation: try text("operation"), parameters: try text("parameters"), inputs: inputs, program: try text("program"),
      version: try text("version"), commit: try text("commit"), started: try text("date"),
      duration: try numberIfPresent("duration") ?? 0,
      machine: .init(
        processor: try text("processor"), cores: try integerIfPresent("cores") ?? 0, host: try text("host"),
        system: try text("system")), note: try text("note"))
  }
}

extension Array {
  /// The element at an index, or nil beyond the end.
  func element(_ index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
