/// A named way from a group to an object.
public struct Link: Hashable, Sendable {
  public enum Target: Hashable, Sendable {
    /// The object whose header begins at that byte of the file.
    case hard(address: UInt64)
    case soft(path: String)
    case external(file: String, path: String)
    /// A kind of link that only its maker can follow.
    case userDefined(kind: Int)
  }

  /// The name; bytes that are no UTF-8 show as replacement characters.
  public var name: String { String(decoding: rawName, as: UTF8.self) }
  /// The name's bytes as the file has them.
  let rawName: [UInt8]
  public var target: Target
  /// The place in the order of creation, where the group keeps one.
  public var creationOrder: Int?
}

/// What an object is.
public enum ObjectKind: Hashable, Sendable { case group, dataset, datatype }

/// An object of any kind.
public enum Node: Sendable {
  case group(Group)
  case dataset(Dataset)
  case datatype(NamedDatatype)

  public var object: any HDF5Object {
    switch self {
    case .group(let group): group
    case .dataset(let dataset): dataset
    case .datatype(let datatype): datatype
    }
  }

  public var kind: ObjectKind {
    switch self {
    case .group: .group
    case .dataset: .dataset
    case .datatype: .datatype
    }
  }
}
