internal import CHDF5

extension Filter {
  /// Adds the filter to a dataset's creation properties.
  func add(to list: borrowing Handle, on object: String) throws(HDF5Error) {
    try check(forWriting: true, on: object)
    switch self {
    case .shuffle: _ = try Library.call("H5Pset_shuffle", on: object) { H5Pset_shuffle(list.id) }
    case .deflate(let level):
      guard (0...9).contains(level) else {
        throw HDF5Error(
          .invalidArgument, call: "H5Pset_deflate", on: object, "\(level) is no level of deflate",
          advice: "Give a level from 0 to 9.")
      }
      _ = try Library.call("H5Pset_deflate", on: object) { H5Pset_deflate(list.id, UInt32(clamping: level)) }
    case .fletcher32: _ = try Library.call("H5Pset_fletcher32", on: object) { H5Pset_fletcher32(list.id) }
    case .szip(let options, let pixels):
      _ = try Library.call("H5Pset_szip", on: object) {
        H5Pset_szip(list.id, UInt32(clamping: options), UInt32(clamping: pixels))
      }
    case .nbit: _ = try Library.call("H5Pset_nbit", on: object) { H5Pset_nbit(list.id) }
    case .scaleOffset(let factor, let forFloats):
      _ = try Library.call("H5Pset_scaleoffset", on: object) {
        H5Pset_scaleoffset(list.id, forFloats ? H5Z_SO_FLOAT_DSCALE : H5Z_SO_INT, Int32(clamping: factor))
      }
    case .other(let id, let isOptional, let values, _):
      _ = try Library.call("H5Pset_filter", on: object) {
        unsafe H5Pset_filter(
          list.id, H5Z_filter_t(clamping: id), UInt32(isOptional ? H5Z_FLAG_OPTIONAL : H5Z_FLAG_MANDATORY),
          values.count, values)
      }
    }
  }

  /// The filters of a dataset's creation properties, in the order of writing.
  static func pipeline(of list: borrowing Handle, on object: String) throws(HDF5Error) -> [Filter] {
    let count = try Library.call("H5Pget_nfilters", on: object) { H5Pget_nfilters(list.id) }
    var filters: [Filter] = []
    for index in 0..<UInt32(count) {
      var flags: UInt32 = 0
      var size = 64
      var values = [UInt32](repeating: 0, count: size)
      var name = [CChar](repeating: 0, count: 128)
      let id = try Library.call("H5Pget_filter2", on: object) {
        unsafe H5Pget_filter2(list.id, index, &flags, &size, &values, name.count, &name, nil)
      }
      if size > values.count {
        values = [UInt32](repeating: 0, count: min(size, 1 << 16))
        size = values.count
        _ = try Library.call("H5Pget_filter2", on: object) {
          unsafe H5Pget_filter2(list.id, index, &flags, &size, &values, 0, nil, nil)
        }
      }
      let parameters = Array(values.prefix(size))
      let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      filters.append(Filter(id: Int(id), flags: flags, values: parameters, name: text))
    }
    return filters
  }

  private init(id: Int, flags: UInt32, values: [UInt32], name: String) {
    switch (id, values.count) {
    case (1, 1...): self = .deflate(level: Int(values[0]))
    case (2, _): self = .shuffle
    case (3, _): self = .fletcher32
    case (4, 2...): self = .szip(options: Int(values[0]), pixelsPerBlock: Int(values[1]))
    case (5, _): self = .nbit
    case (6, 2...):
      self = .scaleOffset(
        factor: Int(Int32(truncatingIfNeeded: values[1])), forFloats: values[0] != UInt32(H5Z_SO_INT.rawValue)
      )
    default:
      self = .other(id: id, isOptional: flags & UInt32(H5Z_FLAG_OPTIONAL) != 0, values: values, name: name)
    }
  }

  /// Throws an error that names the filter where the library cannot apply it.
  func check(forWriting: Bool, on object: String) throws(HDF5Error) {
    let id = H5Z_filter_t(clamping: self.id)
    let isThere = Library.withGate { H5Zfilter_avail(id) > 0 }
    var flags: UInt32 = 0
    let isKnown = isThere && Library.withGate { unsafe H5Zget_filter_info(id, &flags) >= 0 }
    let needed = UInt32(forWriting ? H5Z_FILTER_CONFIG_ENCODE_ENABLED : H5Z_FILTER_CONFIG_DECODE_ENABLED)
    if isKnown && flags & needed != 0 { return }
    throw HDF5Error(
      .missingFilter, call: "H5Zfilter_avail", on: object,
      "needs the filter \(title), which is not installed\(isKnown ? " for \(forWriting ? "writing" : "reading")" : "")",
      advice: Self.plugins[self.id] ?? "Install its plugin and point HDF5_PLUGIN_PATH at the plugin's folder."
    )
  }

  private var title: String {
    switch self {
    case .other(let id, _, _, let name):
      "\(Self.names[id] ?? (name.isEmpty ? "unknown" : name)) (\(id))"
    default: "\(self)"
    }
  }

  private static let names = [
    305: "LZO", 307: "bzip2", 32000: "LZF", 32001: "Blosc", 32004: "LZ4", 32008: "bitshuffle",
    32013: "ZFP", 32015: "Zstandard", 32026: "Blosc2",
  ]

  private static let plugins: [Int: String] = [
    307: debian("hdf5-filter-plugin"), 32004: debian("hdf5-filter-plugin"),
    32001: debian("hdf5-filter-plugin-blosc-serial"),
    32000: "Rewrite the dataset with gzip in h5py, which has this filter built in.", 32008: python,
    32013: python,
    32015: python, 32026: python,
  ]

  private static func debian(_ package: String) -> String {
    "Install Debian's \(package), or rewrite the dataset with h5repack --filter=GZIP=4 where it can be read."
  }

  private static let python =
    "Install Python's hdf5plugin and point HDF5_PLUGIN_PATH at its plugins folder, or rewrite the dataset with gzip."
}
