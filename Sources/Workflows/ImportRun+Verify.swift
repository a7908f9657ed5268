import Formats
import Microscopy
import Store

extension ImportRun {
  /// Notes the maps of a file that were in the output before, and compares them if that was asked for.
  mutating func verifyPresent(_ number: Int, _ open: [Formats.ImportedMap]? = nil) throws {
    let file = plan.files[number]
    let there = file.maps.indices.filter { present[number][$0] != nil }
    guard !there.isEmpty else { return }
    var maps = open
    if job.verifies, maps == nil {
      do {
        maps = try self.open(file)
      } catch {
        throw SourceFailure(cause: error)
      }
    }
    for index in there {
      var result = ImportFiles.Report.PresentMap(name: name(number, index), source: file.path)
      if job.verifies, let maps {
        let planned = file.maps[index]
        (result.verified, result.mismatch) = try verify(result.name, planned, maps[planned.index], of: file)
      }
      report.present.append(result)
    }
  }

  /// Compares a map as the output has it on the disk with its source.
  mutating func verify(
    _ name: String, _ planned: ImportPlan.PlannedMap, _ map: Formats.ImportedMap, of file: ImportPlan.PlannedFile
  ) throws -> (Bool, String?) {
    progress.begin(name, "verifying", byteCount: planned.byteCount)
    defer { progress.end() }
    do {
      // A driver of its own shares nothing with the one that writes: what it reads is what was committed.
      let store = try Store.open(job.output, isJournalled: false)
      let found = try store.map(name).difference(
        from: SourceArray(map.array, file: file.path), type: map.type, threads: job.storage.threads, progress: progress.callback)
      try store.close()
      guard let found else { return (true, nil) }
      return (false, Self.text(found, map: name, in: job.output, source: file.path))
    } catch is CancellationError {
      throw Stopped("the map \(name) is in \(job.output), but was not verified; --resume --verify goes on")
    } catch let error as StoreError where error.kind != .damaged {
      throw OutputError(error)
    } catch let error as StoreError {
      return (false, error.description.firstLine)
    } catch {
      return (false, "\(job.output), /\(name): the source cannot be read a second time: \("\(error)".firstLine)")
    }
  }

  private static func text(_ difference: Difference, map: String, in output: String, source: String) -> String {
    let (ours, theirs) = (difference.a ?? "nothing", difference.b ?? "nothing")
    guard let values = difference.values else {
      return "\(output), /\(map): is \(ours), and \(source) holds \(theirs)"
    }
    let place = values.first.map(String.init).joined(separator: ", ")
    return "\(output), /\(map): element [\(place)] is \(ours), and \(source) has \(theirs) there; "
      + "\(values.count) of \(values.total) elements differ"
  }
}
