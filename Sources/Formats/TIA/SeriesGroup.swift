internal import Foundation
internal import Microscopy

/// The series that were saved together, name_1.ser, name_2.ser …, and the .emi file that describes them, name.emi.
struct SeriesGroup {
  /// Of the .emi file, where there is one.
  let objects: ObjectList?
  private(set) var members: [Member] = []
  private(set) var notes: [String] = []

  struct Member {
    var path: String
    var number: Int
    var header: SeriesHeader
    var object: ObjectInfo?
    /// The object nearest in time, where none is its own: of the same microscope and user, and of other conditions.
    var neighbour: ObjectInfo?
  }

  /// The group that an .emi or .ser file belongs to.
  ///
  /// Series other than the one asked for that cannot be read are left out; a damaged .emi file beside a sound series as well.
  init(of path: String, isDescription: Bool) throws(FormatError) {
    let folder = path.contains("/") ? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
    let own = fileName(of: path)
    let stem = isDescription ? fileStem(of: path) : Self.stem(own)?.name
    let names = Self.names(folder)
    guard let stem else {
      objects = nil
      members = [Member(path: path, number: 0, header: try SeriesHeader(path))]
      return
    }
    var objects: ObjectList?
    if isDescription {
      objects = try ObjectList(path)
    } else if let name = names.first(where: { fileExtension(of: $0) == "emi" && fileStem(of: $0) == stem }) {
      do throws(FormatError) {
        objects = try ObjectList(folder + name)
      } catch {
        notes.append("\(name) beside it cannot be read: \(error.problem).")
      }
    }
    self.objects = objects
    var found = names.compactMap { name in Self.stem(name).flatMap { $0.name == stem ? (name, $0.number) : nil } }
    found.sort { ($0.1, $0.0) < ($1.1, $1.0) }
    var failure: FormatError?
    for (name, number) in found.prefix(Self.countLimit) {
      do throws(FormatError) {
        members.append(Member(path: folder + name, number: number, header: try SeriesHeader(folder + name)))
      } catch {
        if name == own { throw error }
        failure = failure ?? error
        if isDescription { notes.append("\(name) was left out: \(error.problem).") }
      }
    }
    if members.isEmpty {
      if let failure { throw failure }
      throw FormatError(
        TIAReader.name, file: path, offset: 0, field: "\(stem)_1.ser",
        "there is no series beside the .emi file, which describes the values and does not hold them",
        advice: "Copy the .ser files that TIA wrote with it, \(stem)_1.ser and so on, into the same folder.")
    }
    assignObjects()
  }

  private static let countLimit = 1000

  private static func names(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
  }

  /// "name" and 12 of "name_12.ser".
  private static func stem(_ name: String) -> (name: String, number: Int)? {
    guard fileExtension(of: name) == "ser" else { return nil }
    let stem = fileStem(of: name)
    guard let line = stem.lastIndex(of: "_"), let number = Int(stem[stem.index(after: line)...]), number > 0 else { return nil }
    return (String(stem[..<line]), number)
  }

  /// Gives each series the object that describes it.
  ///
  /// Nothing in either file names the other. An object belongs to a series of its kind that was begun at its time of day:
  /// the series has universal time and the object that of the computer's zone, which is a whole number of quarters of an hour
  /// away. Where times agree alike, the order decides.
  private mutating func assignObjects() {
    guard let objects = objects?.objects else { return }
    var pairs: [(distance: Double, member: Int, object: Int)] = []
    for (index, member) in members.enumerated() {
      let time = member.header.tag(0)?.time
      for (place, object) in objects.enumerated() where !object.isEmpty && !object.isCopy {
        if let content = object.content, content != member.header.content { continue }
        if let count = object.channelCount, count != member.header.first.shape[0] { continue }
        let distance = object.date?.distance(to: time)
        pairs.append((distance.map { ($0 / 5).rounded() * 5 } ?? 450, index, place))
      }
    }
    pairs.sort { ($0.distance, $0.object, $0.member) < ($1.distance, $1.object, $1.member) }
    var taken: Set<Int> = []
    for pair in pairs where members[pair.member].object == nil && !taken.contains(pair.object) {
      members[pair.member].object = objects[pair.object]
      taken.insert(pair.object)
    }
    for pair in pairs where members[pair.member].object == nil && members[pair.member].neighbour == nil {
      members[pair.member].neighbour = objects[pair.object]
    }
  }
}
