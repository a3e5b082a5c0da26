#!/usr/bin/env node
// Plain old JavaScript on purpose, and CommonJS by the package.json beside it: the first act is a sentence about the
// version of Node, and a Node too old to run Corrillo must be able to parse it. Newer syntax lives in start.js.
'use strict';

var OLDEST = '20.19.0';

function isOlder(version, than) {
  var a = version.split('.');
  var b = than.split('.');
  return Number(a[0]) < Number(b[0]) || (a[0] === b[0] && Number(a[1]) < Number(b[1]));
}

if (isOlder(process.versions.node, OLDEST)) {
  var needs = ' Node.js ' + OLDEST;
  console.error(
    'Corrillo needs' + needs + ' or newer, and this is ' + process.version + ': install the LTS from https://nodejs.org and try again.'
  );
  console.error(
    'Corrillo necesita' + needs + ' o posterior, y este es ' + process.version + ': instala la LTS de https://nodejs.org y repite la orden.'
  );
  process.exitCode = 1;
} else if (process.argv.length === 3 && process.argv[2] === '--version') {
  console.log(require('../package.json').version);
} else {
  require('./start.js');
}
