// A page in a frame tells the page around it how high it is. The message holds nothing else; see widget/frame.js.

const around = location.ancestorOrigins?.[0] ?? "*";
new ResizeObserver(() => parent.postMessage({ zufiHeight: document.documentElement.scrollHeight }, around)).observe(document.body);
