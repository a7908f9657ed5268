import CFuzz
import Formats
import Foundation
import HDF5
import Store

/// `fuzz TARGET [OPTIONS OF LIBFUZZER] [FOLDER OR FILE…]`
@main
enum Fuzz {
  // libFuzzer calls one function, in one thread, without context.
  nonisolated(unsafe) private static var target = Target.emsa
  nonisolated(unsafe) private static var input: Input?
  nonisolated(unsafe) private static var tally = Tally()

  /// Seconds that an input may take in a child.
  private static let limit: UInt32 = 10

  static func main() {
    guard CommandLine.arguments.count > 1, let target = Target(rawValue: CommandLine.arguments[1]) else {
      print("usage: fuzz \(Target.allCases.map(\.rawValue).joined(separator: "|")) [OPTION…] [FOLDER OR FILE…]")
      exit(2)
    }
    self.target = target
    input = Input(target)
    if target.usesHDF5 {
      lamella_fuzz_share_coverage()
      warmUp()
    }
    atexit { Fuzz.finish() }
    var arguments = ([CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)).map { strdup($0) } + [nil]
    exit(
      lamella_fuzz_drive(Int32(arguments.count - 1), &arguments) { data, size in
        Fuzz.test(UnsafeBufferPointer(start: data, count: size))
      })
  }

  /// Has everything that is made once made here, for all children.
  private static func warmUp() {
    guard let input else { return }
    do {
      try Store.create(input.path, replacing: true).close()
      try Target.store.read(input.path)
    } catch {
      fail("a new file cannot be read: \(error)")
    }
  }

  private static func finish() {
    print("\(target.rawValue): \(tally)")
    input?.remove()
  }

  private static func test(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
    guard let input else { return -1 }
    input.write(bytes)
    guard target.usesHDF5 else {
      tally.count(readOnce())
      return 0
    }
    let outcome = lamella_fuzz_in_child({ Fuzz.readOnce().rawValue }, limit)
    switch outcome.end {
    case lamella_fuzz_returned: tally.count(Answer(rawValue: outcome.value) ?? .broken)
    case lamella_fuzz_crashed_in_hdf5: tally.countCrash(at: outcome.place, signal: outcome.signal, input)
    case lamella_fuzz_hung_in_hdf5: tally.countHang(at: outcome.place, input)
    case lamella_fuzz_hung: fail("it takes longer than \(limit) s")
    default: fail("it crashes with signal \(outcome.signal)")
    }
    return 0
  }

  /// Reads the input; a broken promise ends the process of the fuzzer, which then keeps the input.
  private static func readOnce() -> Answer {
    guard let input else { return .broken }
    lamella_fuzz_watch_memory()
    var answer = Answer.read
    do {
      try target.read(input.path)
    } catch let error as FormatError {
      answer = .refused
      if !target.usesHDF5, error.offset == nil { fail("an error without a place: \(error)") }
    } catch is HDF5Error {
      answer = .refused
    } catch is StoreError {
      answer = .refused
    } catch {
      fail("\(error)")
    }
    let peak = Int(lamella_fuzz_peak_memory())
    let bound = target.memoryBound(inputSize: input.size)
    if peak > bound { fail("\(peak) bytes were allocated for an input of \(input.size); \(bound) are allowed") }
    return answer
  }

  private static func fail(_ problem: String) -> Never {
    print("== FINDING: \(target.rawValue): \(problem)")
    fflush(nil)
    abort()
  }
}
