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

  public var name: String
  public var target: Target
  /// The place in the order of creation, where the group keeps one.
  public var creationOrder: Int?
}

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
}
