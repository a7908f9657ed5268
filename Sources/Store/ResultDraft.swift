internal import Foundation
internal import HDF5

/// What a result would hold, in a file of its own that goes with it: nothing is written where its map is.
public final class ResultDraft: Sendable {
  let group: Group
  private let folder: ScratchFolder

  /// - Parameter holder: the map or series that the result would belong to; it is only read.
  public init(for holder: any ResultHolder, _ build: (ResultBuilder) throws -> Void) throws {
    folder = try ScratchFolder()
    group = try File.create(folder.path("draft.h5")).root.createGroup("result")
    let builder = ResultBuilder(group, holder: holder)
    try build(builder)
    try builder.finish()
  }
}

/// A folder for what nobody is to keep; it goes with its last user.
private final class ScratchFolder: Sendable {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("lamella-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}
