using Xunit;

namespace TlsMgr.Tests.Protocol;

/// <summary>Test cases of the parser: messages as texts in which <c>|</c> stands for NUL.</summary>
public static class ParserCases
{
    /// <summary>Complete messages.</summary>
    public static TheoryData<string> Valid =>
    [
        "request|seed|size|32||",
        "request|policy|cache_type|smtpd||",
        "request|lookup|cache_type|smtp|cache_id|smtp&[127.0.0.1]:25&&||",
        "request|update|cache_type|smtpd|cache_id|ID|session|QUJD||",
        "request|delete|cache_type|smtpd|cache_id|ID||",
        "request|tktkey|keyname|||",
        "request|lookup|cache_type|smtpd|cache_id|||",
        "|",
        "a|b||",
        "a|||",
        "name with blanks|\u00e9||",
    ];

    /// <summary>
    /// Faulty messages, with the fault that a reader of <c>first=text second=number third=data</c> describes.
    /// </summary>
    public static TheoryData<string, string> Invalid => new()
    {
        { "|", "missing attribute first in input from peer" },
        { "first|x||", "missing attribute second in input from peer" },
        { "first|x|second|1||", "missing attribute third in input from peer" },
        { "other|x||", "unexpected attribute other from peer (expecting: first)" },
        { "first|x|third|QQ==|second|1||", "unexpected attribute third from peer (expecting: second)" },
        {
            "first|x|second|1|third|QQ==|fourth|x||",
            "unexpected attribute fourth from peer (expecting: (list terminator))"
        },
        {
            "first|x|second|1x|third|QQ==||",
            "malformed numerical data from peer while reading input attribute value: 1x"
        },
        {
            "first|x|second|1|third|Q||",
            "malformed base64 data from peer while reading input attribute value: Q"
        },
        { "fir", "unexpected end-of-input from peer while reading input attribute name" },
        { "first|", "premature end-of-input on peer while reading input attribute value" },
        { "first|x|second|", "premature end-of-input on peer while reading input attribute value" },
        { "first|x", "unexpected end-of-input from peer while reading input attribute value" },
        { "first|x|second|1|", "premature end-of-input on peer while reading input attribute name" },
        { "first|x|second|1|third|QQ==|", "premature end-of-input on peer while reading input attribute name" },
    };
}
