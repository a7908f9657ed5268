import Foundation
import Store

/// The files that the words of an import mean: files, folders with all below them, and patterns of paths.
struct InputSearch {
  /// A file to look at.
  struct Candidate: Hashable {
    enum Origin: Hashable {
      /// The user named it: it is read, or that is an error.
      case named
      /// The user named a pattern that it fits.
      case matched
      /// It lies in a folder that was named or fits a pattern.
      case inFolder
    }

    var path: String
    var origin: Origin
  }

  /// In the order of the words, and in natural order within each; what was found twice once.
  private(set) var candidates: [Candidate] = []
  /// Folders that cannot be searched, and why.
  private(set) var skipped: [ImportFiles.Report.SkippedFile] = []

  private var seen: Set<FileIdentity> = []
  private var named: Set<FileIdentity> = []

  /// - Parameter output: the file to be written, which is none of those found.
  /// - Throws: `WorkflowError` for a pattern that nothing fits.
  init(_ words: [String], output: String) throws {
    seen.insert(FileIdentity(output))
    // What is named is not found.
    for word in words where Glob(word) == nil && !word.isFolder { seen.insert(FileIdentity(word)) }
    for word in words {
      if let glob = Glob(word) {
        let matches = glob.matches
        if matches.isEmpty {
          throw WorkflowError(
            "no file fits the pattern \(word)",
            advice: "* and ? stand for characters of a name, [ab] for one of some, ** for folders of any depth.")
        }
        for match in matches {
          if match.isFolder { search(match) } else { add(match, .matched) }
        }
      } else if word.isFolder {
        search(word)
      } else {
        let identity = FileIdentity(word)
        if identity.exists, !named.insert(identity).inserted {
          skipped.append(.init(file: word, problem: "it is named twice"))
        } else {
          candidates.append(Candidate(path: word, origin: .named))
        }
      }
    }
  }

  private mutating func search(_ folder: String) {
    var files: [String] = []
    list(folder, &files)
    for file in files.map({ (NaturalOrder($0), $0) }).sorted(by: { $0.0 < $1.0 }) { add(file.1, .inFolder) }
  }

  private mutating func list(_ folder: String, _ files: inout [String]) {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      skipped.append(.init(file: folder, problem: "the folder cannot be searched: \(error.localizedDescription)"))
      return
    }
    for name in names where !name.hasPrefix(".") {
      let path = folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if !path.isFolder {
        files.append(path)
      } else if !path.isSymbolicLink {
        list(path, &files)
      }
    }
  }

  /// Leaves out what is no regular file, and what belongs to the writing of our files.
  private mutating func add(_ path: String, _ origin: Candidate.Origin) {
    let identity = FileIdentity(path)
    let isOurs = [".lock", ".journal"].contains { path.hasSuffix($0) }
    guard identity.exists, !isOurs, seen.insert(identity).inserted else { return }
    candidates.append(Candidate(path: path, origin: origin))
  }
}
