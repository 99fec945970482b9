// Sentences that scripts say, written by the server in the reader's language: <template id="words"><p data-say="name">…

/**
 * @param {string} name of the sentence
 * @param {Record<string, string | number>} facts for the places in braces
 * @returns {string}
 */
export function say(name, facts = {}) {
  const words = document.getElementById("words").content.querySelector(`[data-say="${name}"]`).textContent;
  return words.replaceAll(/\{(\w+)\}/g, (_, fact) => String(facts[fact]));
}

/** Have a sentence read out by screen readers, without moving anything. */
export function announce(sentence) {
  document.getElementById("announced").textContent = sentence;
}
