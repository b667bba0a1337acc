/** The two modules of `natural` that are used. Only by deep paths: its root opens database drivers and reads `.env`. */
declare module 'natural/lib/natural/stemmers/porter_stemmer.js' {
  const stemmer: { stem(word: string): string };
  export default stemmer;
}
declare module 'natural/lib/natural/util/stopwords.js' {
  const list: { words: readonly string[] };
  export default list;
}
