import HDF5
import Store

extension Map {
  var masks: [Group] { get throws { try members("masks") } }
  var images: [Group] { get throws { try members("images") } }
  private func members(_ name: String) throws -> [Group] { [] }
}
extension Group { var name: String { path } }
