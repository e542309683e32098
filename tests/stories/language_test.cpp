#include "story2midi/stories/language.h"

#include <gtest/gtest.h>

#include <string>

namespace s2m {
namespace {

struct Sample {
  const char* name;
  const char* text;
};

// One passage in many languages: an old fisherman goes down to the beach, and his wife weeps.
constexpr Sample kOthers[] = {
    {"German",
     "Der alte Mann ging langsam über die Brücke und sah hinunter auf das dunkle Wasser. Niemand hatte "
     "ihn gesehen, und er wusste nicht, wohin er gehen sollte. Die Nacht war kalt und still."},
    {"French",
     "La vieille femme marchait lentement vers la mer. Elle ne savait pas pourquoi son fils était parti, "
     "mais elle gardait encore la lampe allumée dans la fenêtre chaque soir de l'hiver."},
    {"Spanish",
     "El viejo pescador bajó a la playa antes de la salida del sol. Nadie lo había visto durante tres "
     "días, y su mujer lloraba en la casa porque no sabía si volvería algún día."},
    {"Italian",
     "Il vecchio pescatore scese alla spiaggia prima dell'alba. Nessuno lo aveva visto da tre giorni e "
     "sua moglie piangeva in casa, perché non sapeva se sarebbe mai tornato da lei."},
    {"Portuguese",
     "O velho pescador desceu à praia antes do nascer do sol. Ninguém o tinha visto durante três dias, e "
     "a mulher chorava em casa porque não sabia se ele voltaria um dia."},
    {"Dutch",
     "De oude visser liep voor zonsopgang naar het strand. Niemand had hem in drie dagen gezien en zijn "
     "vrouw zat thuis te huilen omdat ze niet wist of hij ooit terug zou komen."},
    {"Swedish",
     "Den gamle fiskaren gick ner till stranden före soluppgången. Ingen hade sett honom på tre dagar, "
     "och hans hustru grät hemma eftersom hon inte visste om han någonsin skulle komma tillbaka."},
    {"Danish",
     "Den gamle fisker gik ned til stranden før solopgang. Ingen havde set ham i tre dage, og hans kone "
     "sad hjemme og græd, fordi hun ikke vidste, om han nogen sinde kom tilbage."},
    {"Norwegian",
     "Den gamle fiskeren gikk ned til stranden før soloppgang. Ingen hadde sett ham på tre dager, og kona "
     "hans satt hjemme og gråt fordi hun ikke visste om han noen gang ville komme tilbake."},
    {"Finnish",
     "Vanha kalastaja lähti rannalle ennen auringonnousua. Kukaan ei ollut nähnyt häntä kolmeen päivään, "
     "ja hänen vaimonsa itki kotona, koska ei tiennyt, palaisiko mies enää koskaan takaisin heidän "
     "pieneen taloonsa."},
    {"Polish",
     "Stary rybak zszedł na plażę przed wschodem słońca. Nikt go nie widział od trzech dni, a jego żona "
     "płakała w domu, bo nie wiedziała, czy on kiedykolwiek wróci do niej z morza."},
    {"Czech",
     "Starý rybář sešel na pláž před východem slunce. Nikdo ho neviděl už tři dny a jeho žena doma "
     "plakala, protože nevěděla, jestli se k ní někdy vrátí z toho studeného moře."},
    {"Hungarian",
     "Az öreg halász napkelte előtt lement a partra. Senki sem látta már három napja, és a felesége "
     "otthon sírt, mert nem tudta, hogy visszatér-e valaha hozzá a hideg tengerről."},
    {"Romanian",
     "Bătrânul pescar a coborât pe plajă înainte de răsăritul soarelui. Nimeni nu îl văzuse de trei zile, "
     "iar soția lui plângea acasă pentru că nu știa dacă se va întoarce vreodată."},
    {"Turkish",
     "Yaşlı balıkçı güneş doğmadan önce sahile indi. Üç gündür onu kimse görmemişti ve karısı evde "
     "ağlıyordu, çünkü onun bir gün geri dönüp dönmeyeceğini bilmiyordu. Deniz çok soğuk ve karanlıktı."},
    {"Indonesian",
     "Nelayan tua itu turun ke pantai sebelum matahari terbit. Tidak ada yang melihatnya selama tiga "
     "hari, dan istrinya menangis di rumah karena dia tidak tahu apakah suaminya akan kembali."},
    {"Vietnamese",
     "Người đánh cá già đi xuống bãi biển trước khi mặt trời mọc. Không ai nhìn thấy ông trong ba ngày, "
     "và vợ ông khóc ở nhà vì bà không biết ông có trở về không."},
    {"Swahili",
     "Mvuvi mzee alishuka ufukweni kabla ya jua kuchomoza. Hakuna mtu aliyemwona kwa siku tatu, na mke "
     "wake alikuwa akilia nyumbani kwa sababu hakujua kama atarudi tena kwake siku moja kutoka baharini."},
    {"Russian",
     "Старый рыбак спустился на берег до восхода солнца. Никто не видел его уже три дня, и жена плакала "
     "дома, потому что не знала, вернётся ли он когда-нибудь к ней с холодного моря."},
    {"Greek",
     "Ο γέρος ψαράς κατέβηκε στην παραλία πριν από την ανατολή του ήλιου. Κανείς δεν τον είχε δει για "
     "τρεις μέρες και η γυναίκα του έκλαιγε στο σπίτι γιατί δεν ήξερε αν θα γυρίσει."},
    {"Latin",
     "Senex piscator ante solis ortum ad litus descendit. Nemo eum tres dies viderat, et uxor eius domi "
     "flebat, quod nesciebat utrum ille umquam ad se rediturus esset. Mare autem frigidum et obscurum "
     "erat."},
    {"Welsh",
     "Aeth yr hen bysgotwr i lawr i'r traeth cyn i'r haul godi. Nid oedd neb wedi ei weld ers tri "
     "diwrnod, ac roedd ei wraig yn wylo gartref am na wyddai a ddeuai yn ôl."},
    {"Tagalog",
     "Bumaba sa dalampasigan ang matandang mangingisda bago sumikat ang araw. Walang nakakita sa kaniya "
     "sa loob ng tatlong araw, at umiiyak sa bahay ang kaniyang asawa dahil hindi niya alam kung babalik "
     "pa siya."},
    {"Croatian",
     "Stari ribar sišao je na plažu prije izlaska sunca. Nitko ga nije vidio tri dana, a njegova je žena "
     "plakala kod kuće jer nije znala hoće li se ikada vratiti njoj s hladnog mora."},
    {"Japanese",
     "年老いた漁師は日の出の前に浜辺へ下りて行った。三日の間、誰も彼を見ていなかった。妻は家で泣いていた。"},
    {"Arabic",
     "نزل الصياد العجوز إلى الشاطئ قبل شروق الشمس ولم يره أحد منذ ثلاثة أيام وكانت زوجته تبكي في البيت "
     "لأنها لا تعرف هل يعود إليها يوما"}};

// English of many kinds.
constexpr Sample kEnglish[] = {
    {"names",
     "Anna Petrovna Karenina, Ivan Ilyich Golovin, Pierre Bezukhov, Natasha Rostova, Andrei Bolkonsky, "
     "Marya Bolkonskaya, Sonya Rostova, Boris Drubetskoy, Helene Kuragina, Anatole Kuragin, Fyodor "
     "Dolokhov, Vasily Denisov, Platon Karataev."},
    {"archaic",
     "Whan thou hast done this deed, I pray thee, get thee hence; for verily the king hath sworn that "
     "whoso sheltereth an outlaw shall himself be hanged ere the cock croweth thrice."},
    {"middle",
     "Whan that Aprille with his shoures soote The droghte of March hath perced to the roote And bathed "
     "every veyne in swich licour Of which vertu engendred is the flour."},
    {"dialogue",
     "\"Well?\" \"Well what?\" \"Did you see him?\" \"No.\" \"Liar.\" \"Ask Tom, then!\" \"Tom's gone.\" "
     "\"Gone? Where?\" \"Home. Left yesterday. Crying.\" \"Poor devil.\""},
    {"poem",
     "Tyger Tyger, burning bright, In the forests of the night; What immortal hand or eye, Could frame "
     "thy fearful symmetry? Red rose, white foam, grey stone, black bough, green leaf."},
    {"caps",
     "THE OLD FISHERMAN WENT DOWN TO THE BEACH BEFORE SUNRISE. NOBODY HAD SEEN HIM FOR THREE DAYS, AND "
     "HIS WIFE WEPT AT HOME BECAUSE SHE DID NOT KNOW IF HE WOULD RETURN."},
    {"telegram",
     "ARRIVED SAFELY STOP WEATHER TERRIBLE STOP SEND MONEY IMMEDIATELY STOP MOTHER FEELING BETTER STOP "
     "SISTER MARRIED SAILOR YESTERDAY STOP LOVE TO CHILDREN STOP WRITE SOON STOP HENRY"},
    {"imagist",
     "Rain. Wet pavement, yellow lamps, umbrellas drifting. Cold tea, burnt toast, unopened letters. "
     "Footsteps overhead. Silence. Somebody laughing next door, somebody weeping. Midnight trains, empty "
     "platforms, pigeons sleeping under iron arches."},
    {"dialect",
     "Aye, tha knows nowt abaht it, lad. Ah telled thee last neet, tha mun goo dahn t'pit wi' thi father "
     "or clem, an' there's an end on 't, sithee."},
    {"huck",
     "You don't know about me without you have read a book by the name of The Adventures of Tom Sawyer; "
     "but that ain't no matter. That book was made by Mr. Mark Twain."},
    {"scots",
     "Wee, sleekit, cow'rin, tim'rous beastie, O, what a panic's in thy breastie! Thou need na start awa "
     "sae hasty, Wi' bickering brattle! I wad be laith to rin an' chase thee, Wi' murd'ring pattle!"},
    {"screenplay",
     "INT. FLAT - EVENING. Boxes. Last picture comes off its nail. ELLIE looks at pale square left on "
     "wall. Switches off lamp, sets key on sill, stands in dark. CUT TO: EXT. STREET - NIGHT."},
    {"chat",
     "omg lol cant believe u did that!! im so happy rn tbh, best day ever, everyone was crying n laughing "
     "haha love u guys sm xx"},
    {"foreignnames",
     "Señor García and Mademoiselle Élodie Lefèvre met Herr Müller in Malmö near Kraków. \"C'est la "
     "vie,\" said Élodie, and Señor García answered with \"Qué será, será\" while Müller wept."},
    {"list",
     "Flour, sugar, butter, eggs, milk, honey, cinnamon, apples, raisins, walnuts, yeast, salt, pepper, "
     "onions, garlic, carrots, potatoes, cheese, bread, wine, candles, matches, soap, string, nails, "
     "paraffin, tobacco."},
    {"jabber",
     "'Twas brillig, and the slithy toves did gyre and gimble in the wabe; all mimsy were the borogoves, "
     "and the mome raths outgrabe. Beware the Jabberwock, my son!"},
    {"sounds",
     "Ha ha ha! Boom! Crash! Bang! Oh! Oh! Oh! Aaah! Help! Help! Run! Run! Stop! Whoosh! Splash! Thud! "
     "Drip, drip, drip. Tick tock tick tock. Hush. Shhh. Gone."},
    {"short",
     "She ran. He followed. Doors slammed. Glass broke. Mother screamed. Father swore. Dogs barked. "
     "Sirens wailed. Lights flashed. Neighbours gathered. Nobody spoke. Rain fell."},
    {"gutenberg",
     "Produced by David Widger, Distributed Proofreaders, Charles Franks, Juliet Sutherland, Online "
     "Distributed Proofreading Team, Internet Archive, American Libraries, Toronto University, Robarts "
     "Library, Oxford."},
    {"pidgin",
     "How bodi? I dey o. Wetin dey happen for that side? Na so we see am, my broder. Dem no gree make we "
     "comot, but we go waka go market tomorrow."},
    {"science",
     "Mitochondrial dysfunction, oxidative phosphorylation, adenosine triphosphate synthesis, membrane "
     "depolarisation, cytochrome oxidase inhibition, apoptosis, necrosis, inflammation, ischaemia, "
     "reperfusion, fibrosis, transplantation, immunosuppression, rejection, convalescence, "
     "rehabilitation, remission, recovery."}};

TEST(Language, OtherLanguagesAreKnown) {
  for (const auto& [name, text] : kOthers) EXPECT_FALSE(looks_english(text)) << name;
}

TEST(Language, EnglishOfEveryKindIsEnglish) {
  for (const auto& [name, text] : kEnglish) EXPECT_TRUE(looks_english(text)) << name;
}

TEST(Language, FewWordsAreTakenForEnglish) {
  for (const auto* text :
       {"", "...", "Der alte Mann ging langsam über die Brücke.", "Он пришёл.", "日本語", "123 456"})
    EXPECT_TRUE(looks_english(text)) << text;
}

TEST(Language, AQuotationInAnotherLanguageIsNoMatter) {
  const std::string english =
      "The old man stood up and read the letter aloud to all of us, though nobody understood a word of what "
      "it said: ";
  EXPECT_TRUE(looks_english(english + "Der alte Mann ging langsam über die Brücke und sah hinunter."));
}

}  // namespace
}  // namespace s2m
