/// The candidate that a mistyped word most likely meant, or nil when none is near.
///
/// Nearest by optimal string alignment distance (Damerau 1964: a letter inserted, left out, replaced or swapped
/// with its neighbour costs 1), at most a third of the word's length and at least 1; a unique completion of the
/// word counts as near too.
func nearest(to word: String, among candidates: [String]) -> String? {
  let ranked = candidates.map { (candidate: $0, distance: editDistance(word, $0)) }
  if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) {
    return best.candidate
  }
  let completions = candidates.filter { $0.hasPrefix(word) }
  return word.count > 1 && completions.count == 1 ? completions[0] : nil
}

func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first)
  let b = Array(second)
  var before: [Int] = []
  var row = Array(0...b.count)
  for i in a.indices {
    var next = [i + 1] + Array(repeating: 0, count: b.count)
    for j in b.indices {
      next[j + 1] = min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        next[j + 1] = min(next[j + 1], before[j - 1] + 1)
      }
    }
    before = row
    row = next
  }
  return row[b.count]
}
