import Reporting
import Testing

@Suite struct TextStyleTests {
    @Test(
        arguments: [
            (true, [:], true),
            (false, [:], false),
            (true, ["TERM": "dumb"], false),
            (true, ["NO_COLOR": "1"], false),
            (true, ["NO_COLOR": ""], true),
            (false, ["CLICOLOR_FORCE": "1"], true),
            (false, ["CLICOLOR_FORCE": "0"], false),
            (false, ["CLICOLOR_FORCE": ""], false),
            (true, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
        ] as [(Bool, [String: String], Bool)]
    )
    func `colour is for terminals, and for those who ask`(
        _ isTerminal: Bool,
        _ environment: [String: String],
        _ isOn: Bool
    ) {
        #expect(TextStyle.wantsColor(isTerminal: isTerminal, environment: environment) == isOn)
    }
}
