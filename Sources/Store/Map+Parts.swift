public import Blocks
internal import HDF5
public import Microscopy

extension Map {
  /// The images that belong to the map, by name.
  public var images: [StoredImage] {
    get throws(StoreError) {
      try parts(FileLayout.images).map { group throws(StoreError) in
        try guarded(store.path, group.path) { try StoredImage(group) }
      }
    }
  }

  public func image(_ name: String) throws(StoreError) -> StoredImage {
    let group = try part(name, of: FileLayout.images, called: "image")
    return try guarded(store.path, group.path) { try StoredImage(group) }
  }

  /// The masks of the map, by name.
  public var masks: [Mask] {
    get throws(StoreError) {
      try parts(FileLayout.masks).map { group throws(StoreError) in try guarded(store.path, group.path) { try Mask(group) } }
    }
  }

  public func mask(_ name: String) throws(StoreError) -> Mask {
    let group = try part(name, of: FileLayout.masks, called: "mask")
    return try guarded(store.path, group.path) { try Mask(group) }
  }

  /// Adds an image; of an image in colours the last axis is the colour.
  @discardableResult
  public func addImage(
    _ name: String, title: String = "", quantity: String = "", axes: [Axis], type: ScalarType, array: any ArraySource,
    made: Provenance? = nil
  ) throws(StoreError) -> StoredImage {
    try add(name, to: FileLayout.images, kind: .image) { group in
      guard axes.map(\.size) == array.shape, !array.shape.isEmpty, !array.shape.contains(0), array.elementSize == type.size
      else {
        throw StoreError(
          .invalid, file: store.path, path: group.path,
          "axes of the sizes \(axes.map(\.size)) with elements of \(type.size) bytes do not fit an array of \(array.shape) with "
            + "\(array.elementSize)")
      }
      let dataset = try group.stream(array, name: "image", type: type, axes: axes, options: ImportOptions(), progress: nil)
      if !quantity.isEmpty { try dataset.attributes.set("long_name", to: quantity) }
      let isColour = axes.count == 3 && (3...4).contains(axes[2].size)
      try group.put(axes, signal: "image", interpretation: isColour ? "rgba-image" : "image")
      try group.putText("title", title)
      try group.attributes.set("quantity", to: quantity)
      if let made { try group.requireGroup(FileLayout.provenance, nexusClass: "NXprocess").put(made) }
    }
    return try image(name)
  }

  /// Adds a mask, true for the pixels that belong to it.
  ///
  /// - Parameter level: the value above which pixels of an image belong to it, where one was found.
  @discardableResult
  public func addMask(
    _ name: String, _ pixels: [Bool], level: Double? = nil, made: Provenance
  ) throws(StoreError) -> Mask {
    try add(name, to: FileLayout.masks, kind: .mask) { group in
      guard pixels.count == navigationShape.reduce(1, *), navigationRank > 0 else {
        throw StoreError(
          .invalid, file: store.path, path: group.path, "a mask of \(pixels.count) pixels for a map of \(navigationShape)")
      }
      let axes = axes.filter { $0.role == .navigation }
      try group.putArray("mask", StoredArray(pixels, shape: navigationShape), axes: axes)
      try group.put(axes, signal: "mask", interpretation: axes.count == 2 ? "image" : "spectrum")
      try group.putNumber("level", level)
      try group.requireGroup(FileLayout.provenance, nexusClass: "NXprocess").put(made)
    }
    return try mask(name)
  }

  /// Refuses a name that a mask of the map has, or that no object can have; what `addMask` would say after the work.
  public func requireFreeMask(_ name: String) throws(StoreError) {
    let place = "\(path)/\(FileLayout.masks)/\(name)"
    if let problem = FileLayout.problem(withPartName: name) {
      throw StoreError(.invalid, file: store.path, path: place, problem, advice: "Choose another name.")
    }
    guard origin == nil else {
      throw StoreError(
        .unsupported, file: store.path, path: path, "the map lies in another file, which is not written to",
        advice: "Make the mask in that file.")
    }
    guard try !parts(FileLayout.masks).contains(where: { $0.path.hasSuffix("/\(name)") }) else {
      throw StoreError(
        .exists, file: store.path, path: place, "there is a mask of that name already",
        advice: "Choose another name, or remove it first.")
    }
  }

  public func removeImage(_ name: String) throws(StoreError) { try remove(name, from: FileLayout.images, called: "image") }
  public func removeMask(_ name: String) throws(StoreError) { try remove(name, from: FileLayout.masks, called: "mask") }

  /// The extents of a chunk; nil when the values are not chunked.
  public var chunks: [Int]? { dataset.chunkShape }

  /// Bytes that the values take in the file.
  public var storedByteCount: Int {
    get throws(StoreError) { try guarded(store.path, dataset.path) { try dataset.storageSize } }
  }

  private func add(
    _ name: String, to folder: String, kind: FileLayout.Kind, _ body: (Group) throws -> Void
  ) throws(StoreError) {
    try store.requireWriting()
    let place = "\(path)/\(folder)/\(name)"
    try guarded(store.path, place) {
      if let problem = kind == .mask ? FileLayout.problem(withPartName: name) : FileLayout.problem(withName: name) {
        throw StoreError(.invalid, file: store.path, path: place, problem, advice: "Choose another name.")
      }
      let parent = try group.requireGroup(folder, nexusClass: "NXcollection")
      guard try !parent.names.contains(name) else {
        throw StoreError(
          .exists, file: store.path, path: place, "there is an object of that name already",
          advice: "Choose another name, or remove it first.")
      }
      do {
        let child = try parent.createGroup(name)
        try child.mark(kind, nexusClass: "NXdata")
        try body(child)
      } catch {
        let cause = error
        if try parent.names.contains(name) { try parent.delete(name) }
        throw cause
      }
    }
  }

  private func parts(_ folder: String) throws(StoreError) -> [Group] {
    try guarded(store.path, path) {
      guard try group.exists(folder) else { return [] }
      let parent = try group.group(folder)
      return try parent.names.map { try parent.group($0) }
    }
  }

  private func part(_ name: String, of folder: String, called word: String) throws(StoreError) -> Group {
    let all = try parts(folder)
    guard let found = all.first(where: { $0.path.hasSuffix("/\(name)") && !name.contains("/") }) else {
      let names = all.map { String($0.path.split(separator: "/").last ?? "") }
      throw StoreError(
        .missing, file: store.path, path: "\(path)/\(folder)/\(name)", "there is no \(word) of that name",
        advice: names.isEmpty ? "The map has none." : "There are: \(names.joined(separator: ", ")).")
    }
    return found
  }

  private func remove(_ name: String, from folder: String, called word: String) throws(StoreError) {
    try store.requireWriting()
    _ = try part(name, of: folder, called: word)
    try guarded(store.path, path) { try group.group(folder).delete(name) }
  }
}
