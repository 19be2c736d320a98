// Five hundred texts that have run as script somewhere, each in ten surroundings that they try to break out of.

const BODIES = [
  '<script>pwned=1</script>', '<img src=x onerror=pwned=1>', '<svg onload=pwned=1>', '<svg><script>pwned=1</script></svg>', '<iframe srcdoc="<script>parent.pwned=1</script>">',
  '<iframe src="javascript:parent.pwned=1">', '<body onload=pwned=1>', '<input autofocus onfocus=pwned=1>', '<details open ontoggle=pwned=1>', '<video><source onerror=pwned=1></video>',
  '<audio src=x onerror=pwned=1>', '<object data="javascript:pwned=1">', '<embed src="javascript:pwned=1">', '<a href="javascript:pwned=1" autofocus>x</a>', '<math><mtext></form><form><mglyph><style></math><img src onerror=pwned=1>',
  '<template><script>pwned=1</script></template>', '<style>@import"//x.test"</style>', '<link rel=stylesheet href="//x.test/x.css">', '<meta http-equiv=refresh content="0;url=javascript:pwned=1">', '<base href="//x.test/">',
  '<form action="javascript:pwned=1"><button autofocus>', '<marquee onstart=pwned=1>', '<select onfocus=pwned=1 autofocus>', '<textarea onfocus=pwned=1 autofocus>', '<keygen onfocus=pwned=1 autofocus>',
  'javascript:pwned=1', 'data:text/html,<script>pwned=1</script>', '" onmouseover="pwned=1', "' onfocus='pwned=1", '` onload=`pwned=1',
  '{{constructor.constructor("pwned=1")()}}', '${pwned=1}', '<%= pwned=1 %>', '#{pwned=1}', '@(pwned=1)',
  '<!--><img src=x onerror=pwned=1>-->', '<![CDATA[<img src=x onerror=pwned=1>]]>', '<?xml version="1.0"?><x/>', '<img/src/onerror=pwned=1>', '<IMG SRC=x OnErRoR=pwned=1>',
  '<scr<script>ipt>pwned=1</script>', '\u202e<script>pwned=1</script>', '<img src=`x`onerror=pwned=1>', '<svg/onload=pwned=1//', '<a xlink:href="javascript:pwned=1">',
  '<slot name=header onslotchange=pwned=1>', '<forebill-estimator books="//x.test/">', '__proto__', 'constructor', '=HYPERLINK("javascript:pwned=1")',
];
const AROUND: ((body: string) => string)[] = [
  (body) => body, (body) => `">${body}`, (body) => `'>${body}`, (body) => `</textarea>${body}`, (body) => `</title></style>${body}`,
  (body) => `<!--${body}-->`, (body) => `]]>${body}`, (body) => `\\"${body}`, (body) => `&lt;${body}&gt;`, (body) => `?${body}${body}`,
];

export const PAYLOADS = AROUND.flatMap((around) => BODIES.map(around));
