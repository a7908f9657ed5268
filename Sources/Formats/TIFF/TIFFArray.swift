internal import Blocks
internal import Foundation
internal import Microscopy
internal import Synchronization

/// The pixels of pages of one form: page, row, column, and sample where a pixel has several.
///
/// A box unpacks the strips and tiles that it touches, several at a time; the last one that was larger than the box is kept, so
/// that reading it in slabs unpacks it once.
struct TIFFArray: ArraySource {
  let file: FileBytes
  let pages: [TIFFPage]
  private let kept = KeptSegment()

  var form: TIFFPage.Form { pages[0].form }
  var shape: [Int] { [pages.count, form.height, form.width] + (form.samples > 1 ? [form.samples] : []) }
  var elementSize: Int { form.type.size }

  init(_ file: FileBytes, _ pages: [TIFFPage]) {
    self.file = file
    self.pages = pages
  }

  private final class KeptSegment: Sendable {
    let value = Mutex<(page: Int, segment: Int, bytes: [UInt8])?>(nil)
  }

  /// Some rows of one segment.
  private struct Job {
    var page: Int
    var segment: Int
    /// Within the segment.
    var rows: Range<Int>
  }

  /// Uncompressed rows are read so many bytes at a time.
  private static let band = 4 << 20

  func read(_ box: [Range<Int>]) throws(FormatError) -> [UInt8] {
    let count = box.reduce(elementSize) { $0 * $1.count }
    guard count > 0 else { return [] }
    let samples = form.samples > 1 ? box[3] : 0..<1
    let jobs = jobs(box[0], box[1], box[2], samples)
    let failure = Mutex<FormatError?>(nil)
    let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe buffer.preferLargePages()
      nonisolated(unsafe) let target = UnsafeMutableRawBufferPointer(buffer)
      let work = { @Sendable (index: Int) in
        guard failure.withLock({ $0 == nil }) else { return }
        do throws(FormatError) {
          try unsafe run(jobs[index], box, samples, into: target)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
      // Large segments are unpacked one after the other, for the sake of memory.
      let page = pages[box[0].lowerBound]
      if jobs.count > 1, page.compression != .plain, page.rowBytes * page.segmentHeight <= Self.band {
        DispatchQueue.concurrentPerform(iterations: jobs.count) { work($0) }
      } else {
        for index in jobs.indices { work(index) }
      }
      initialized = failure.withLock { $0 == nil } ? count : 0
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    return result
  }

  private func jobs(_ numbers: Range<Int>, _ rows: Range<Int>, _ columns: Range<Int>, _ samples: Range<Int>) -> [Job] {
    var jobs: [Job] = []
    for number in numbers {
      let page = pages[number]
      let down = rows.lowerBound / page.segmentHeight..<(rows.upperBound - 1) / page.segmentHeight + 1
      let across = columns.lowerBound / page.segmentWidth..<(columns.upperBound - 1) / page.segmentWidth + 1
      for plane in page.isPlanar ? samples : 0..<1 {
        for y in down {
          let first = max(rows.lowerBound - y * page.segmentHeight, 0)
          let last = min(rows.upperBound - y * page.segmentHeight, page.segmentHeight)
          for x in across {
            let segment = (plane * page.segmentsDown + y) * page.segmentsAcross + x
            guard page.compression == .plain else {
              jobs.append(Job(page: number, segment: segment, rows: first..<last))
              continue
            }
            let step = max(1, Self.band / page.rowBytes)
            for start in stride(from: first, to: last, by: step) {
              jobs.append(Job(page: number, segment: segment, rows: start..<min(start + step, last)))
            }
          }
        }
      }
    }
    return jobs
  }

  private func run(
    _ job: Job, _ box: [Range<Int>], _ samples: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    let page = pages[job.page]
    let across = page.segmentsAcross
    let plane = job.segment / (across * page.segmentsDown)
    let top = job.segment / across % page.segmentsDown * page.segmentHeight
    let left = job.segment % across * page.segmentWidth
    let bytes: [UInt8]
    // The row of the segment that `bytes` begin with.
    var origin = 0
    if page.compression == .plain {
      origin = job.rows.lowerBound
      let packed = try file.read(
        page.offsets[job.segment] + job.rows.lowerBound * page.rowBytes, job.rows.count * page.rowBytes)
      bytes = try page.unpack(packed, rows: job.rows.count, in: file, segment: job.segment)
    } else {
      bytes = try segment(job, of: page)
    }
    let size = elementSize
    let columns = max(box[2].lowerBound, left)..<min(box[2].upperBound, left + page.segmentWidth)
    let inside = page.isPlanar ? 0..<1 : samples
    let pixel = page.segmentSamples * size
    let line = page.segmentWidth * pixel
    let run = inside.count * size
    unsafe bytes.withUnsafeBytes { source in
      guard let from = source.baseAddress, let to = target.baseAddress else { return }
      for row in job.rows {
        let y = (job.page - box[0].lowerBound) * box[1].count + top + row - box[1].lowerBound
        var place = (row - origin) * line + (columns.lowerBound - left) * pixel + inside.lowerBound * size
        var goal = (y * box[2].count + columns.lowerBound - box[2].lowerBound) * samples.count * size
        if page.isPlanar { goal += (plane - samples.lowerBound) * size }
        if run == pixel, !page.isPlanar {
          unsafe (to + goal).copyMemory(from: from + place, byteCount: columns.count * pixel)
          continue
        }
        for _ in columns {
          unsafe (to + goal).copyMemory(from: from + place, byteCount: run)
          place += pixel
          goal += samples.count * size
        }
      }
    }
  }

  /// A compressed segment, unpacked.
  private func segment(_ job: Job, of page: TIFFPage) throws(FormatError) -> [UInt8] {
    let isLarge = page.rowBytes * page.segmentHeight > 1 << 20
    if isLarge, let found = kept.value.withLock({ $0 }), found.page == job.page, found.segment == job.segment {
      return found.bytes
    }
    let top = job.segment / page.segmentsAcross % page.segmentsDown * page.segmentHeight
    let rows = page.isTiled ? page.segmentHeight : min(page.segmentHeight, page.form.height - top)
    let packed = try file.read(page.offsets[job.segment], page.byteCounts[job.segment])
    let bytes = try page.unpack(packed, rows: rows, in: file, segment: job.segment)
    if isLarge { kept.value.withLock { $0 = (job.page, job.segment, bytes) } }
    return bytes
  }
}
