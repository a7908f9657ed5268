import Foundation
import Microscopy
import Store

extension ResearchCrate {
  /// Describes an archive: the file, its people and instruments, and what was done, from the acquisition to the last result.
  mutating func add(_ store: Store, named file: String, bytes: Int, sha256: String) throws {
    // EDAM's entry for HDF5.
    let format = add("http://edamontology.org/format_3590", "WebSite", ["name": "HDF5"])
    let fileLink = Self.link(Self.encoded(file))
    var authors: [MetadataTree] = []
    var about: [MetadataTree] = []
    var created: [String] = []
    let maps = try store.maps
    for map in maps {
      let metadata = try map.metadata
      let people = people(metadata.authors)
      authors += people.filter { !authors.contains($0) }
      created += [metadata.acquired].compactMap(\.self)
      let place = "#\(Self.encoded(file))/\(Self.encoded(map.name))"
      about += acquisition(of: map, metadata, place: place, agents: people, file: fileLink)
      if let made = try map.provenance { add(made, "\(place)/\(made.operation)", of: map.name, file: fileLink) }
      for result in try map.results {
        add(try result.provenance, "\(place)/results/\(Self.encoded(result.name))", of: result.path, file: fileLink)
      }
    }
    for series in try store.series {
      for result in try series.results {
        add(
          try result.provenance, "#\(Self.encoded(file))\(Self.encoded(result.path))", of: result.path, file: fileLink)
      }
    }
    let shapes = maps.map { "\($0.name), \($0.shape.map(String.init).joined(separator: " × "))" }
    addFile(
      file, bytes: bytes, sha256: sha256,
      [
        "encodingFormat": ["application/x-hdf5", format], "author": .list(authors), "about": .list(about),
        "dateCreated": created.min().map(MetadataTree.text) ?? .null,
        "description": .text("Maps: \(shapes.joined(separator: "; "))"),
      ])
    for author in authors { mention(author, as: "author") }
    // Every crate of ours names us, whoever made what is in it.
    software(Program.current.name, Program.current.version)
  }

  /// Names are told apart at semicolons, since a comma may stand within one.
  private mutating func people(_ names: String?) -> [MetadataTree] {
    (names ?? "").split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.map {
      add("#person/\(Self.encoded($0))", "Person", ["name": .text($0)])
    }
  }

  /// What was done at the microscope; answers what it was done to.
  private mutating func acquisition(
    of map: Map, _ metadata: MapMetadata, place: String, agents: [MetadataTree], file: MetadataTree
  ) -> [MetadataTree] {
    let instrument = metadata.instrument
    var tools: [MetadataTree] = []
    for (kind, name) in [("instrument", instrument.microscope), ("detector", instrument.detector)] {
      guard let name, !name.isEmpty else { continue }
      tools.append(add("#\(kind)/\(Self.encoded(name))", "IndividualProduct", ["name": .text(name)]))
    }
    var objects: [MetadataTree] = []
    if let name = metadata.sample.name ?? metadata.sample.description, !name.isEmpty {
      let elements = metadata.sample.elements.isEmpty ? nil : "Elements: \(metadata.sample.elements.joined(separator: ", "))"
      objects.append(
        add(
          "#sample/\(Self.encoded(name))", "Thing",
          [
            "name": .text(name),
            "description": .text([metadata.sample.description, elements].compactMap(\.self).joined(separator: ". ")),
          ]))
    }
    guard metadata.acquired != nil || !tools.isEmpty else { return objects }
    let facts: [(String, Double?, String)] = [
      ("beam energy", instrument.beamEnergy, "keV"), ("beam current", instrument.beamCurrent, "nA"),
      ("dwell time", instrument.dwellTime, "s"), ("live time", instrument.liveTime, "s"),
      ("convergence angle", instrument.convergenceAngle, "mrad"), ("collection angle", instrument.collectionAngle, "mrad"),
      ("camera length", instrument.cameraLength, "mm"),
    ]
    let properties = facts.compactMap { name, value, unit in
      value.map {
        add(
          "\(place)/\(Self.encoded(name))", "PropertyValue", ["name": .text(name), "value": .real($0), "unitText": .text(unit)])
      }
    }
    let action = add(
      "\(place)/acquisition", "CreateAction",
      [
        "name": .text("Acquisition of \(map.name)"), "agent": .list(agents), "instrument": .list(tools),
        "object": .list(objects), "result": file, "startTime": metadata.acquired.map(MetadataTree.text) ?? .null,
        "additionalProperty": .list(properties),
      ])
    mention(action, as: "mentions")
    return objects
  }

  /// What a program did.
  private mutating func add(_ made: Provenance, _ id: String, of object: String, file: MetadataTree) {
    let sources = made.inputs.filter { $0.path == "/" }.map { input in
      let name = (input.file ?? "").split(separator: "/").last.map(String.init) ?? "unknown"
      return add(
        "#source/\(input.sha256 ?? Self.encoded(name))", "CreativeWork",
        ["name": .text(name), "sha256": input.sha256.map(MetadataTree.text) ?? .null])
    }
    let action = add(
      id, "CreateAction",
      [
        "name": .text("\(made.operation): \(object)"), "description": .text(made.parameters),
        "instrument": software(made.program, made.version), "object": sources.isEmpty ? file : .list(sources), "result": file,
        "startTime": .text(Self.moment(made.started, after: 0)),
        "endTime": .text(Self.moment(made.started, after: made.duration)),
      ])
    mention(action, as: "mentions")
  }

  /// A moment so many seconds after an ISO 8601 one, to the second; that one itself where it is none.
  private static func moment(_ start: String, after seconds: Double) -> String {
    do {
      let start = try Date(start, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
      return start.addingTimeInterval(seconds).formatted(.iso8601)
    } catch {
      return start
    }
  }

  @discardableResult
  private mutating func software(_ program: String, _ version: String) -> MetadataTree {
    add(
      "#software/\(Self.encoded(program))-\(Self.encoded(version))", "SoftwareApplication",
      ["name": .text(program), "softwareVersion": .text(version)])
  }
}
