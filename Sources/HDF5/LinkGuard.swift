internal import CHDF5

/// The link access properties of a file.
final class LinkGuard: Sendable {
  let properties: Handle

  init(for path: String, allowingOutside: Bool) throws(HDF5Error) {
    properties = try Library.make("H5Pcreate", on: path) { H5Pcreate(lamella_h5p_link_access()) }
  }
}
