/**
 * The adjectives of the sample corpus, by what they are said of and by strength: -2 terrible, -1 poor, 0 neither,
 * 1 good, 2 superb. The frequent ones come first: a word is drawn with a probability that falls as 1 / its position, so
 * the many synonyms at the end of each list are rare. That is on purpose: a few thousand rated reviews hardly show
 * what "ambrosial" means, while the unrated ones show what it stands beside.
 */

const words = (text) =>
  text
    .trim()
    .split(/\s*,\s*/)
    .map((word) => word.replace(/\s+/g, ' '));

/** Said of anything. */
export const anything = {
  2: words(`amazing, excellent, fantastic, wonderful, outstanding, perfect, incredible, awesome, superb, phenomenal,
    exceptional, fabulous, terrific, stellar, brilliant, spectacular, top-notch, impeccable, flawless, magnificent,
    extraordinary, first-rate, marvelous, unbeatable, splendid, sublime, world-class, sensational, glorious, masterful,
    faultless, unparalleled, second to none, transcendent, exemplary, dazzling, peerless, resplendent, superlative,
    consummate`),
  1: words(`good, great, nice, solid, lovely, pleasant, enjoyable, impressive, better than expected, above average,
    satisfying, delightful, commendable, appealing, respectable, likable, well done, worthwhile, admirable, pleasing,
    gratifying, creditable, laudable, agreeable, up to the mark`),
  0: words(`okay, average, fine, decent, ok, alright, standard, nothing special, acceptable, ordinary, so-so, passable,
    unremarkable, run-of-the-mill, adequate, middling, middle of the road, fair enough, serviceable, forgettable,
    unexceptional, tolerable, pedestrian, humdrum, workmanlike`),
  '-1': words(`disappointing, mediocre, underwhelming, poor, lackluster, subpar, meh, not up to par, weak, lacking,
    unimpressive, uninspired, below average, sloppy, a letdown, hit or miss, second-rate, tired, careless, shoddy,
    half-hearted, lamentable, wanting, slapdash, slipshod, substandard, dispiriting`),
  '-2': words(`terrible, awful, horrible, a disaster, the worst, dreadful, unacceptable, atrocious, pathetic, abysmal,
    appalling, horrendous, a joke, disgraceful, a nightmare, shameful, ghastly, lousy, inexcusable, deplorable,
    wretched, abominable, dire, execrable, laughable, woeful, a travesty, unconscionable, a fiasco, godawful,
    cringeworthy, egregious`),
};

/** Said of one aspect. */
export const aspectWords = {
  food: {
    2: words(`mouthwatering, to die for, out of this world, heavenly, scrumptious, bursting with flavor, divine,
      exquisite, mind-blowing, delectable, cooked to perfection, finger-licking good, addictive, melt-in-your-mouth,
      luscious, ambrosial, toothsome, lip-smacking, swoon-worthy, rapturous`),
    1: words(`delicious, tasty, fresh, flavorful, yummy, tender, juicy, crispy, well seasoned, hot and fresh, perfectly
      salted, hearty, light, savory, moist, fluffy, nicely charred, rich, comforting, silky, piquant, aromatic,
      moreish, zesty, smoky, buttery, flaky, succulent, fragrant, palatable`),
    0: words(`edible, filling, plain, basic, a bit mild, simple, on the safe side, generic, as expected,
      what you would make at home, neither here nor there, uncomplicated`),
    '-1': words(`bland, dry, cold, overcooked, greasy, soggy, salty, tasteless, undercooked, lukewarm, chewy, oily,
      flavorless, stale, tough, mushy, watery, rubbery, too sweet, limp, underseasoned, stringy, leathery, insipid,
      gummy, claggy, stodgy, gristly, cloying, vapid, desiccated`),
    '-2': words(`disgusting, inedible, burnt, raw in the middle, gross, rancid, spoiled, nasty, foul, vile, revolting,
      rotten, moldy, nauseating, stomach-turning, putrid, repulsive, unpalatable, fetid, rank, noxious, charred beyond
      recognition`),
  },
  service: {
    2: words(`incredibly attentive, beyond friendly, gracious, warm and professional, on point, so accommodating,
      on top of everything, remarkably kind, faultlessly polite, genuinely caring, solicitous, unfailingly courteous`),
    1: words(`friendly, attentive, helpful, polite, quick, prompt, professional, kind, knowledgeable, welcoming,
      courteous, efficient, accommodating, patient, cheerful, warm, personable, hospitable, unhurried, chatty in a good
      way, obliging, affable, amiable, genial, congenial, deft`),
    0: words(`businesslike, in a hurry, neutral, a little reserved, not very talkative, routine, competent enough,
      a bit mechanical, there when needed and no more`),
    '-1': words(`slow, inattentive, unfriendly, forgetful, indifferent, distracted, unhelpful, cold, disorganized, absent,
      curt, impatient, confused, brusque, aloof, grumpy, uninterested, perfunctory, surly, standoffish, lackadaisical,
      scatterbrained, offhand, apathetic, sullen, inept, dilatory`),
    '-2': words(`rude, incompetent, unprofessional, insulting, hostile, nonexistent, disrespectful, dismissive,
      condescending, arrogant, obnoxious, aggressive, contemptuous, snotty, insolent, belligerent, boorish, abusive,
      churlish, haughty, discourteous, vindictive, loutish`),
  },
  ambience: {
    2: words(`gorgeous, beautiful, stunning, magical, breathtaking, enchanting, unforgettable, picture perfect,
      straight out of a movie, bewitching, ravishing, idyllic`),
    1: words(`cozy, charming, relaxing, inviting, warm, romantic, lively, comfortable, cute, quaint, stylish, intimate,
      welcoming, laid-back, airy, homey, tasteful, elegant, rustic, snug, convivial, atmospheric, mellow, soothing`),
    0: words(`simple, plain, casual, basic, typical, no-frills, functional, like any other place, cafeteria style,
      nondescript, unassuming, minimal`),
    '-1': words(`noisy, cramped, loud, dated, dark, crowded, stuffy, run-down, drafty, uncomfortable, dingy, tacky,
      gloomy, dreary, shabby, sterile, drab, chaotic, musty, cheerless, garish, claustrophobic, poky, frowzy`),
    '-2': words(`unbearable, deafening, depressing, freezing, creepy, like a dungeon, hideous, dismal, grim, squalid,
      decrepit, suffocating, soul-crushing, insufferable, oppressive`),
  },
  price: {
    2: words(`an absolute steal, unbeatable, incredibly cheap for the quality, worth every penny, an amazing deal, a bargain
      if there ever was one, absurdly generous`),
    1: words(`reasonable, fair, affordable, very reasonable, good value, cheap, easy on the wallet, budget friendly,
      modest, sensible, more than fair, competitive, honest, economical`),
    0: words(`average, about what you would expect, okay for the area, standard, normal for downtown, in line with the
      neighbors, neither cheap nor expensive`),
    '-1': words(`overpriced, high, a bit steep, too expensive, inflated, pricey for what you get, more than it is worth, on the
      high side, stiff, poor value, hard to justify, hefty`),
    '-2': words(`outrageous, a rip-off, ridiculous, insane, a scam, highway robbery, extortionate, exorbitant, obscene,
      daylight robbery, scandalous, usurious, unjustifiable`),
  },
  cleanliness: {
    2: words(
      `spotless, immaculate, sparkling, gleaming, pristine, cleaner than my own kitchen, squeaky clean`,
    ),
    1: words(`clean, tidy, well kept, neat, fresh, hygienic, nicely maintained, orderly, uncluttered`),
    0: words(`clean enough, okay on the whole, a little worn, lived-in, neither clean nor dirty`),
    '-1': words(`sticky, dirty, messy, grubby, dusty, smudged, greasy, unswept, grungy, smelly, stained, unkempt,
      slovenly, dank, crusty`),
    '-2': words(`filthy, disgusting, unsanitary, crawling with flies, a health hazard, gross, vile, revolting, covered in
      grime, a biohazard, verminous, festering, sordid`),
  },
};

/** Before an adjective, by strength. Some serve both sides, some only one. */
export const intensifiers = {
  positive:
    words(`very, really, so, absolutely, super, just, pretty, quite, incredibly, truly, extremely, simply,
    surprisingly, consistently, seriously, wonderfully, genuinely, delightfully, positively, insanely, wickedly`),
  neutral: words(`just, pretty, fairly, kind of, rather, mostly, only, merely, more or less`),
  negative:
    words(`very, really, so, pretty, just, a bit, rather, too, extremely, quite, absolutely, somewhat, downright,
    painfully, utterly, unbelievably, terribly, depressingly, woefully, miserably, laughably, inexcusably`),
};
