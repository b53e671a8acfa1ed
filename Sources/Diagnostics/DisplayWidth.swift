extension Character {
    /// The columns a terminal gives it: 2 for East Asian wide characters and emoji, 0 for a lone joiner, else 1.
    package var displayWidth: Int {
        // A flag, a keycap or an emoji with a variation selector is one wide glyph whatever its parts are.
        let scalars = unicodeScalars
        if scalars.contains("\u{FE0F}") { return 2 }
        guard let first = scalars.first else { return 0 }
        if first.properties.isEmojiPresentation || Self.isWide(first) { return 2 }
        switch first.properties.generalCategory {
        case .format, .nonspacingMark, .enclosingMark: return 0
        default: return 1
        }
    }

    /// As it may be shown on a terminal: control characters become visible and can no longer act.
    var harmless: Character {
        guard let scalar = unicodeScalars.first else { return self }
        switch scalar.value {
        case 0x00...0x1F: return Self.picture(scalar.value)
        case 0x7F: return "␡"
        case 0x80...0x9F: return "\u{FFFD}"
        // Directional overrides make a text look different from what it says.
        case 0x202A...0x202E, 0x2066...0x2069: return "\u{FFFD}"
        default: return self
        }
    }

    /// The symbol of a C0 control character, such as `␛` for escape.
    private static func picture(_ control: UInt32) -> Character {
        Unicode.Scalar(0x2400 + control).map(Character.init) ?? "\u{FFFD}"
    }

    /// The blocks of Unicode's EastAsianWidth.txt that are W or F throughout; emoji are told by their own property.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x1F1E6...0x1F1FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

extension StringProtocol {
    /// The text with every character made safe to print.
    package var harmless: String { String(map(\.harmless)) }
}
