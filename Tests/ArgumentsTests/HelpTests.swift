import Testing

@testable import Arguments

@Suite struct HelpTests {
  @Test func program() {
    #expect(
      sample.help() == """
        sample: Show what a command line can say

        USAGE
          sample COMMAND [OPTIONS]

        COMMANDS
          fit          Factorise a map into spectra and abundances.
          series       Name maps that are processed as one matrix.
          copy         Copy things to a place.
          simulate     Make a map whose truth is known.
          completions  Print a completion script.

        'sample COMMAND --help' describes a command.
        """)
  }

  @Test func command() {
    #expect(
      sample.help(["fit"]) == """
        sample fit: Factorise a map into spectra and abundances

        USAGE
          sample fit FILE [RESULT] -k K [OPTIONS]

        The result is written beside the map, with the parameters it was made with.
        Nothing else in the file changes.

          kl          counts with Poisson noise
          frobenius   Gaussian noise

        ARGUMENTS
          FILE                      The file to work on.
          RESULT                    The result's name. (default: nmf)

        OPTIONS
          -k, --components K        How many components to find. (required)
              --loss LOSS           What is minimised. One of: kl, frobenius,
                                    poisson-scaled. (default: kl)
              --tolerance TOLERANCE
                                    Stop when the loss changes by less than this
                                    fraction per sweep. (default: 0.0001)
              --max-iterations N    Sweeps at most.
              --skip Y,X            A pixel to leave out, as its row and column. Can be
                                    given several times.
              --json                Report as JSON.
          -h, --help                Show this help.

        LIMITS
              --memory SIZE         Bytes of memory to stay within. (default: 1G)
              --threads N           Threads to use; as many as there are cores unless
                                    given.

        EXAMPLES
          Three phases:
            sample fit maps.h5 -k 3 --memory 512M
        """)
  }

  @Test func noSuchCommand() { #expect(sample.help(["fit", "more"]) == nil) }

  @Test func fitsInEightyColumns() throws {
    for path in [[], ["fit"], ["series"], ["simulate", "mineral"]] {
      let help = try #require(sample.help(path))
      #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 && !$0.hasSuffix(" ") })
    }
  }

  @Test func longWordsStayWhole() {
    #expect(TextLayout.wrap("a bc defghij k", width: 5) == ["a bc", "defghij", "k"])
    #expect(TextLayout.wrap("  ", width: 5).isEmpty)
  }
}
