extension Dataset {
  /// How many virtual datasets may stand behind one another.
  private static let deepest = 8

  /// Judges the files a dataset takes its elements from, before the library opens them.
  func checkSources(viewers: [ObjectIdentity]) throws(HDF5Error) {
    switch layout {
    case .external(let files):
      for name in files where !file.guardian.allowsOutside {
        // The library looks for them from the working folder.
        if !file.guardian.folder.contains(Folder.absolute(name)) { throw outside(name) }
      }
    case .virtual(let mappings):
      let viewers = try viewers + [identity]
      guard viewers.count <= Self.deepest, Set(viewers).count == viewers.count else {
        throw HDF5Error(
          .tooManyLinks, call: "H5Dopen2", on: location,
          "is a virtual dataset that leads to itself or too deep")
      }
      var judged: Set<[String]> = []
      for mapping in mappings where judged.insert([mapping.sourceFile, mapping.sourcePath]).inserted {
        try check(mapping, viewers)
      }
    default: return
    }
  }

  private func check(_ mapping: VirtualMapping, _ viewers: [ObjectIdentity]) throws(HDF5Error) {
    let allowsOutside = file.guardian.allowsOutside
    if mapping.sourceFile.contains("%") || mapping.sourcePath.contains("%") {
      if allowsOutside { return }
      throw HDF5Error(
        .outsideFolder, call: "H5Dopen2", on: location,
        "is a virtual dataset that names its sources by a pattern (\(mapping.sourceFile):\(mapping.sourcePath))"
      )
    }
    let holder = try anchor.fileName()
    let source: File
    do throws(HDF5Error) {
      if mapping.sourceFile == "." && holder == Folder.absolute(file.path) {
        source = file
      } else {
        let name = mapping.sourceFile == "." ? holder : mapping.sourceFile
        if !allowsOutside && !file.guardian.folder.allows(name, beside: holder) { throw outside(name) }
        let path = name.hasPrefix("/") ? name : "\(Folder.parent(of: holder))/\(name)"
        source = try File.open(path, .reading, access: file.access, folder: file.guardian.folder)
      }
      let found = try source.root.anchor(at: mapping.sourcePath)
      _ = try Dataset(found, viewers: viewers)
    } catch {
      if error.kind == .outsideFolder || error.kind == .tooManyLinks { throw error }
      // Where a source is missing the library shows the fill value, unless it finds one in the working folder.
      let elsewhere = Folder.absolute(mapping.sourceFile)
      if !allowsOutside, mapping.sourceFile != ".", Folder.resolve(elsewhere) != nil,
        !file.guardian.folder.contains(elsewhere)
      {
        throw outside(mapping.sourceFile)
      }
    }
  }

  private func outside(_ name: String) -> HDF5Error {
    HDF5Error(
      .outsideFolder, call: "H5Dopen2", on: location,
      "takes its elements from \(name), out of the file's folder")
  }
}
