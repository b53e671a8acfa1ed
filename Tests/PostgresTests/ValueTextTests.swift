import Foundation
import Testing

@testable import Postgres

@Suite struct ValueTextTests {
    // MARK: - Arrays

    @Test func `array elements are quoted and escaped`() {
        #expect(["a", "", "NULL", "x\"y", #"b\c"#, "{d,e}"].sqlText == #"{"a","","NULL","x\"y","b\\c","{d,e}"}"#)
        #expect([Int]().sqlText == "{}")
        #expect([1, -2].sqlText == #"{"1","-2"}"#)
    }

    @Test func `array texts of the server are read`() {
        #expect(ArrayText.read("{}") == [])
        #expect(ArrayText.read(#"{a,"b \"c\"",NULL,"NULL","",d\\}"#) == nil)
        #expect(ArrayText.read(#"{a,"b \"c\"",NULL,"NULL",""}"#) == ["a", "b \"c\"", nil, "NULL", ""])
        #expect(ArrayText.read("[0:1]={1,2}") == ["1", "2"])
    }

    @Test(arguments: [
        "", "a", "{", "{a", "{a,", "{a,}", "{,a}", "{{a},{b}}", #"{"a}"#, #"{"a\"#, "{a}b", "{}x", "[0:1]",
    ])
    func `what is no array of one dimension is refused`(text: String) {
        #expect(ArrayText.read(text) == nil)
    }

    @Test func `a combining mark after a quote does not swallow it`() {
        let texts = ["\u{301}x", "x\u{301}", "\"\u{301}", "\\\u{301}", "\r\n"]
        #expect(ArrayText.read(ArrayText.write(texts)) == texts)
    }

    // MARK: - Timestamps

    @Test(arguments: [
        ("1970-01-01 00:00:00.000000+00", 0), ("2000-02-29 23:59:59.999999+00", 951_868_799.999999),
        ("1969-12-31 23:59:59.500000+00", -0.5), ("0001-01-01 00:00:00.000000+00", -62_135_596_800),
        ("0001-12-31 00:00:00.000000+00 BC", -62_135_683_200), ("9999-12-31 00:00:00.000000+00", 253_402_214_400),
    ])
    func `timestamps are written in UTC to the microsecond and read back`(text: String, seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(date.sqlText == text)
        #expect(Date(columnText: text) == date)
    }

    @Test func `offsets and short fractions are understood`() {
        let noon = Date(timeIntervalSince1970: 1_767_355_200)
        #expect(Date(columnText: "2026-01-02 12:00:00+00") == noon)
        #expect(Date(columnText: "2026-01-02 17:30:00+05:30") == noon)
        #expect(Date(columnText: "2026-01-02 08:29:30-03:30:30") == noon)
        #expect(Date(columnText: "2026-01-02 12:00:00.5+00") == noon + 0.5)
    }

    @Test(arguments: ["infinity", "-infinity", "2026-01-02", "2026-01-02 12:00:00", "2026-01-02T12:00:00Z", ""])
    func `what is no instant is refused`(text: String) {
        #expect(Date(columnText: text) == nil)
    }

    // MARK: - Others

    @Test func `durations are intervals to the microsecond`() {
        #expect(Duration.milliseconds(1500).sqlText == "1 seconds 500000 microseconds")
        #expect(Duration.milliseconds(-1500).sqlText == "-1 seconds -500000 microseconds")
    }

    @Test func `timeouts are rounded up, so that none becomes none`() {
        #expect(Duration.microseconds(1).wholeMilliseconds == 1)
        #expect(Duration.milliseconds(250).wholeMilliseconds == 250)
        #expect(Duration.milliseconds(1001).wholeSeconds == 2)
    }

    @Test func `an application name is cut to 63 bytes between characters`() {
        let name = SessionOptions(applicationName: String(repeating: "é", count: 40)).applicationName
        #expect(name == String(repeating: "é", count: 31))
        #expect(SessionOptions(applicationName: String(repeating: "x", count: 63)).applicationName.count == 63)
    }
}
