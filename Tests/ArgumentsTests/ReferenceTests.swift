import Foundation
import Testing

@testable import Arguments

@Suite struct ReferenceTests {
  @Test func command() throws {
    let reference = sample.reference
    let start = try #require(reference.range(of: "## sample fit")?.lowerBound)
    let end = try #require(reference.range(of: "\n\n## sample series")?.lowerBound)
    #expect(
      reference[start..<end] == """
        ## sample fit

        Factorise a map into spectra and abundances.

        ```
        sample fit FILE [RESULT] -k K [OPTIONS]
        ```

        The result is written beside the map, with the parameters it was made with. Nothing else in the file changes.

        ```
          kl          counts with Poisson noise
          frobenius   Gaussian noise
        ```

        **Arguments**

        - `FILE`: The file to work on.
        - `RESULT`: The result's name. (default: nmf)

        **Options**

        - `-k, --components K`: How many components to find. (required)
        - `--loss LOSS`: What is minimised. One of: kl, frobenius, poisson-scaled. (default: kl)
        - `--tolerance TOLERANCE`: Stop when the loss changes by less than this fraction per sweep. (default: 0.0001)
        - `--max-iterations N`: Sweeps at most.
        - `--skip Y,X`: A pixel to leave out, as its row and column. Can be given several times.
        - `--json`: Report as JSON.
        - `-h, --help`: Show this help.

        **Limits**

        - `--memory SIZE`: Bytes of memory to stay within. (default: 1G)
        - `--threads N`: Threads to use; as many as there are cores unless given.

        **Examples**

        Three phases:

        ```
        sample fit maps.h5 -k 3 --memory 512M
        ```
        """)
  }

  @Test func listsEveryRunnableCommandOnce() {
    let headings = sample.reference.split(separator: "\n").filter { $0.hasPrefix("## ") }
    #expect(
      headings == [
        "## sample fit", "## sample series", "## sample copy", "## sample simulate mineral",
        "## sample completions",
      ])
  }
}
