internal import Blocks
internal import Microscopy

extension DirectElectronInfo {
  /// A movie as what it was taken for.
  struct Layout {
    var axes: [Axis]
    var array: any ArraySource
    var notes: [String] = []
  }

  /// The frames of a movie on the pixels of its scan, where their number fits; in the order of time otherwise.
  ///
  /// - Parameter frames: frames, rows, columns.
  func layout(of frames: any ArraySource) -> Layout {
    let count = frames.shape[0]
    let pixels =
      isDiffracting
      ? [patternAxis("ky", frames.shape[1]), patternAxis("kx", frames.shape[2])]
      : [specimenAxis("y", frames.shape[1], .signal), specimenAxis("x", frames.shape[2], .signal)]
    if isScan, isRaster, isSTEM, let size = scanSize {
      return raster(frames, size, pixels)
        ?? stack(
          frames, pixels, "The \(count) frames do not fill the scan of \(size.rows) × \(size.columns) points: they are a stack.")
    }
    if isScan, !isRaster {
      guard let positions else { return stack(frames, pixels, "Where the beam was is not known: the frames are a stack.") }
      return scattered(frames, positions, pixels)
        ?? stack(
          frames, pixels,
          "The \(count) frames do not fill a grid: they are a stack, and where the beam was is kept with the settings.")
    }
    return stack(frames, pixels, nil)
  }

  private func stack(_ frames: any ArraySource, _ pixels: [Axis], _ note: String?) -> Layout {
    let count = frames.shape[0]
    guard count > 1 else {
      return Layout(axes: pixels, array: FrameGrid(frames, []), notes: note.map { [$0] } ?? [])
    }
    var axis = Axis(name: "z", size: count, role: .navigation)
    if !isScan, let rate = positive("Frames Per Second") {
      // A frame of the movie is the sum of so many of the camera.
      axis.name = "time"
      axis.scale = (positive("Autosave Movie Sum Count") ?? 1) / rate
      axis.units = "s"
    }
    return Layout(axes: [axis] + pixels, array: frames, notes: note.map { [$0] } ?? [])
  }

  private func raster(_ frames: any ArraySource, _ size: (rows: Int, columns: Int), _ pixels: [Axis]) -> Layout? {
    let (points, overflow) = size.rows.multipliedReportingOverflow(by: size.columns)
    let perPoint = count("Scan - Camera Frames Per Point") ?? 1
    let (perScan, over) = points.multipliedReportingOverflow(by: perPoint)
    guard !overflow, !over, frames.shape[0] % perScan == 0 else { return nil }
    var axes: [Axis] = []
    let repeats = frames.shape[0] / perScan
    if repeats > 1 {
      let time = positive("Scan - Time (seconds)").map { $0 + (number("Scan - Repeat Delay (seconds)") ?? 0) }
      axes.append(Axis(name: "time", size: repeats, scale: time ?? 1, units: time == nil ? "" : "s", role: .navigation))
    }
    if size.rows > 1 { axes.append(specimenAxis("y", size.rows, .navigation)) }
    if size.columns > 1 { axes.append(specimenAxis("x", size.columns, .navigation)) }
    if perPoint > 1 { axes.append(Axis(name: "repeats", size: perPoint, role: .navigation)) }
    axes += pixels
    return Layout(axes: axes, array: FrameGrid(frames, axes.dropLast(2).map(\.size)))
  }

  /// A scan in any order that came by each point of its grid once.
  private func scattered(_ frames: any ArraySource, _ positions: [(x: Int, y: Int)], _ pixels: [Axis]) -> Layout? {
    guard positions.count == frames.shape[0], positions.count > 1 else { return nil }
    let columns = (positions.map(\.x).max() ?? 0) + 1
    let rows = (positions.map(\.y).max() ?? 0) + 1
    guard columns * rows == positions.count else { return nil }
    var order = [Int](repeating: -1, count: positions.count)
    for (frame, position) in positions.enumerated() { order[position.y * columns + position.x] = frame }
    guard !order.contains(-1) else { return nil }
    return Layout(
      axes: [specimenAxis("y", rows, .navigation), specimenAxis("x", columns, .navigation)] + pixels,
      array: FrameGrid(frames, [rows, columns], order: order),
      notes: ["The frames were taken in another order than that of the points, where they now are."])
  }
}
