internal import CHDF5
internal import Synchronization

/// An HDF5 id that is released once: by `close()`, or when its owner goes.
///
/// `id` is meant to be read inside the gate, so that no other thread closes it between the reading and the call.
struct Handle: ~Copyable, Sendable {
  private let slot: Atomic<Int64>

  init(owning id: hid_t) {
    slot = Atomic(Int64(id))
  }

  /// The id, or one that the library refuses when this handle is closed.
  var id: hid_t { hid_t(slot.load(ordering: .acquiring)) }

  var isClosed: Bool { id < 0 }

  /// Releases the id; a second time does nothing.
  func close(_ object: @autoclosure () -> String) throws(HDF5Error) {
    _ = try Library.call("close", on: object()) {
      Self.release(slot.exchange(-1, ordering: .acquiringAndReleasing))
    }
  }

  /// Whether the library still knows the id; closing a file takes the ids of its objects with it.
  var isOpen: Bool { Library.withGate { id >= 0 && H5Iis_valid(id) > 0 } }

  deinit {
    let last = hid_t(slot.load(ordering: .acquiring))
    guard last >= 0 else { return }
    _ = Library.withGate { Self.release(last) }
  }

  private static func release(_ id: hid_t) -> herr_t {
    guard id >= 0, H5Iis_valid(id) > 0 else { return 0 }
    if H5Iget_type(id) == H5I_FILE { return H5Fclose(id) }
    return H5Idec_ref(id) < 0 ? -1 : 0
  }
}
