extension Mask {
  /// Compares the pixels with those that were made again.
  public func compare(with repeated: [Bool]) -> RepeatedValues {
    var values = RepeatedValues(name: "mask", elements: pixels.count)
    values.stored = Digest.sha256(pixels.map { $0 ? 1 : 0 })
    values.repeated = Digest.sha256(repeated.map { $0 ? 1 : 0 })
    if let digest, digest != values.stored { values.note = "the stored values are not those that were written" }
    guard pixels.count == repeated.count else {
      values.note = "there are \(pixels.count) pixels, made again \(repeated.count)"
      return values
    }
    values.differing = zip(pixels, repeated).count { $0 != $1 }
    return values
  }
}
