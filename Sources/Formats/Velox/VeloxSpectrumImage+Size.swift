internal import HDF5
internal import Microscopy

extension VeloxSpectrumImage {
  /// Rows and columns of the map.
  ///
  /// The area that was scanned is what the file says; it is compared with the marks in the stream. Where they differ the
  /// sizes of the images that were taken with it and of the whole scan are tried.
  func size() throws(FormatError) -> (size: (height: Int, width: Int), notes: [String]) {
    guard let first = streams.first else { return ((1, 1), []) }
    var candidates: [(height: Int, width: Int)] = []
    if let area = first.scanArea { candidates.append(area) }
    for object in file.objects("EelsSpectrumImage") {
      let info = file.json(object.group, "Info")
      if let height = info?["height"]?.numeric.flatMap({ Int(exactly: $0) }),
        let width = info?["width"]?.numeric.flatMap({ Int(exactly: $0) })
      {
        candidates.append((height, width))
      }
    }
    for object in file.objects("Image").reversed() {
      do throws(FormatError) {
        let shape = try file.reading { () throws(HDF5Error) in try object.group.dataset("Data").shape }
        if shape.count >= 2 { candidates.append((shape[0], shape[1])) }
      } catch {
        continue
      }
    }
    if let raster = first.raster { candidates.append(raster) }
    candidates.removeAll { size in
      let (pixels, overflow) = size.height.multipliedReportingOverflow(by: size.width)
      return size.height < 1 || size.width < 1 || overflow || pixels > 1 << 40
    }
    guard let likeliest = candidates.first else {
      throw file.error(first.object, "the file does not say how many rows and columns were scanned")
    }
    let fits: (Int) -> Bool
    if let pixels = try first.pixelsInFirstFrame() {
      fits = { $0 == pixels }
    } else {
      // One frame, or a number of them; the last mark may be missing.
      let marks = try first.marks(in: 0..<first.events.count)
      let frames = frameCountInSettings ?? 1
      fits = { pixels in
        let (all, overflow) = pixels.multipliedReportingOverflow(by: max(1, frames))
        return !overflow && (marks == all || marks == all - 1)
      }
    }
    if let found = candidates.first(where: { fits($0.height * $0.width) }) { return (found, []) }
    // A scan that was broken off is shorter than its map, but something of it must be there.
    let pixels = try first.marks(in: 0..<first.events.count)
    guard likeliest.height * likeliest.width <= max(1 << 22, 64 * (pixels + 1)) else {
      throw file.error(
        first.object, "a map of \(likeliest.height) × \(likeliest.width) is stated and the stream has \(pixels) pixels")
    }
    return (
      likeliest,
      ["The marks in the streams do not fit \(likeliest.height) rows of \(likeliest.width) pixels, which the file states."]
    )
  }
}
