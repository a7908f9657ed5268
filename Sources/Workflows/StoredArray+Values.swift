import Microscopy
import Store

extension StoredArray {
  /// The values of any real type as numbers; none of complex ones.
  var realValues: [Double] { numbers ?? [] }
}
